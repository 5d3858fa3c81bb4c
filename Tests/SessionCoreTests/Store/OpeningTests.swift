import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@testable import SessionCore

@Suite(.timeLimit(.scaled(minutes: 5))) struct OpeningTests {
    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private func error(_ path: String) throws -> StoreError {
        try #require(throws: StoreError.self) { try SessionStore(path: path) }
    }

    @Test func theStoreIsForItsOwnerAlone() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("data/parley/parley.sqlite")
        let store = try SessionStore(path: path)
        #expect(store.path == path)
        #expect(try mode(folder.file("data/parley")) == 0o700)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.file("data/parley")) {
            #expect(try mode(folder.file("data/parley/" + name)) == 0o600, "\(name)")
        }
    }

    @Test func theStoreIsInWALAndChecksReferences() async throws {
        let folder = try TemporaryFolder()
        let store = try SessionStore(path: folder.file("parley.sqlite"))
        let pragmas = try await store.write { db in
            try ["journal_mode", "synchronous", "foreign_keys", "busy_timeout"].map {
                try String.fetchOne(db, sql: "PRAGMA \($0)")
            }
        }
        #expect(pragmas == ["wal", "1", "1", "500"])
    }

    @Test func aFileThatIsSomethingElseIsLeftAlone() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("notes.txt")
        let notes = Data(repeating: 0x61, count: 5000)
        try notes.write(to: URL(fileURLWithPath: path))
        let error = try error(path)
        #expect(error.kind == .notADatabase)
        #expect(error.message.contains(path))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == notes)
    }

    @Test func anotherProgramsDatabaseIsLeftAlone() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("other.sqlite")
        do {
            let other = try DatabaseQueue(path: path)
            try other.write { try $0.execute(sql: "CREATE TABLE thing (a)") }
            try other.close()
        }
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(try error(path).kind == .notADatabase)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func aDatabaseFromANewerVersionIsLeftAlone() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("parley.sqlite")
        do {
            let store = try SessionStore(path: path)
            try await store.write {
                try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('from the future')")
            }
        }
        let error = try error(path)
        #expect(error.kind == .newer)
        #expect(error.message.contains("Update Parley"))
    }

    @Test func aFolderInPlaceOfTheFileIsNamed() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.file("parley.sqlite"), withIntermediateDirectories: false)
        #expect(try error(folder.file("parley.sqlite")).message.contains("is a folder"))
    }

    @Test func aFolderThatCannotBeCreatedIsNamed() throws {
        let folder = try TemporaryFolder()
        try Data().write(to: URL(fileURLWithPath: folder.file("file")))
        let error = try error(folder.file("file/parley/parley.sqlite"))
        #expect(error.kind == .notWritable)
        #expect(error.message.contains(folder.file("file/parley")))
    }

    @Test(.disabled(if: getuid() == 0, "root may write anywhere"))
    func aFolderThatCannotBeWrittenIsNamed() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.file("locked"), withIntermediateDirectories: false,
            attributes: [.posixPermissions: NSNumber(value: 0o500)])
        #expect(try error(folder.file("locked/parley.sqlite")).kind == .notWritable)
    }

    @Test func aFullDiskSaysSoAndLosesNothing() async throws {
        let folder = try TemporaryFolder()
        let store = try SessionStore(path: folder.file("parley.sqlite"))
        let harness = try Harness(store: store)
        await harness.manager.start()
        let task = await harness.create()
        try await store.write { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
        let text = String(repeating: "word ", count: 10_000)
        harness.send(text, in: task)
        await harness.manager.settled()
        #expect(harness.log.problems.contains { $0.contains("disk is full") })
        #expect(harness.log.returned == [text])
        #expect(harness.service.replies.count == 0, "nothing leaves that is not stored")
        await harness.end()
    }

    @Test func openingAgainFindsWhatWasThere() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("parley.sqlite")
        let id = ChatTask.ID.random()
        do {
            let harness = try Harness(store: SessionStore(path: path))
            await harness.manager.start()
            _ = await harness.create(id)
            harness.submit(.setDraft(id, Draft(text: "half a thou\0ght", cursor: 4)))
            harness.submit(.setPinned(id, true))
            harness.submit(.setMode(id, .background))
            await harness.end()
        }
        let task = try #require(try await SessionStore(path: path).task(id))
        #expect(task.draft == Draft(text: "half a thou\u{FFFD}ght", cursor: 4))
        #expect(task.isPinned)
        #expect(task.mode == .background)
        #expect(task.createdAt == ManualClock.origin)
        #expect(task.account == Harness.account)
        #expect(task.agent == Harness.agent)
    }
}
