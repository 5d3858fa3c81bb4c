import Foundation
import GRDB
import Storage

extension SessionStore {
    /// Takes what was deleted out of the file and its log. SQLite overwrites deleted rows with zeros; here that is done for the text
    /// index, which keeps the words of deleted texts until its parts are merged, and for the log, which keeps pages as they were.
    ///
    /// Other writes go on meanwhile.
    /// - Throws: ``StoreError``; of kind `busy` while another program reads what the log holds.
    func erase() async throws {
        try await mergeIndex(pages: -Self.mergedPages)
        while try await mergeIndex(pages: Self.mergedPages) {}
        do {
            _ = try await database.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        }
    }

    /// Pages of the index that one transaction merges.
    private static let mergedPages = 500

    /// - Parameter pages: negative to begin to merge all parts of the index into one.
    /// - Returns: whether there was anything to merge.
    @discardableResult
    private func mergeIndex(pages: Int) async throws -> Bool {
        try await write { db in
            let before = db.totalChangesCount
            try db.execute(
                sql: "INSERT INTO message_text (message_text, rank) VALUES ('merge', ?)", arguments: [pages])
            // A merge without work counts as one change.
            return db.totalChangesCount - before > 1
        }
    }
}
