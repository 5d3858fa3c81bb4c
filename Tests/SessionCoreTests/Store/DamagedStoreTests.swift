import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@testable import SessionCore

/// What becomes of a store that cannot be read: the file is kept, and what is left of it goes on.
@Suite(.timeLimit(.scaled(minutes: 5))) struct DamagedStoreTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("parley.sqlite") }
    private static let pageSize = 4096

    init() throws { folder = try TemporaryFolder() }

    private func text(_ task: Int, _ message: Int) -> String {
        "task \(task) message \(message) " + String(repeating: "word ", count: 20 + message % 40)
    }

    /// 30 tasks of 20 messages, in one file.
    /// - Returns: every text.
    private func fill() async throws -> Set<String> {
        let store = try SessionStore(path: path)
        return try await store.transact { transaction in
            var texts: Set<String> = []
            for task in 0..<30 {
                let id = ChatTask.ID.random()
                _ = try transaction.create(
                    ChatTask(
                        id: id, account: "acme", agent: Harness.agent, title: "Task \(task)",
                        createdAt: ManualClock.origin, updatedAt: ManualClock.origin))
                for message in 0..<10 {
                    let said = text(task, message)
                    texts.insert(said)
                    _ = try transaction.say(said, in: id, mode: .streamed)
                }
            }
            return texts
        }
    }

    private func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

    private func write(_ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    private func salvage(of store: SessionStore) throws -> Salvage {
        guard case .salvaged(let salvage) = store.condition else {
            throw StoreError(.other, path: path, "nothing was salvaged")
        }
        return salvage
    }

    /// A page that holds rows, of which one after the other is filled with random bytes.
    @Test(arguments: 0..<16)
    func whatCanBeReadIsSaved(seed: Int) async throws {
        let texts = try await fill()
        var random = SeededRandom(seed: UInt64(seed))
        var bytes = try bytes()
        // Leaves of tables and of tables without row numbers.
        let leaves = (1..<bytes.count / Self.pageSize).filter {
            [0x0D, 0x0A].contains(bytes[$0 * Self.pageSize])
        }
        let start = random.pick(leaves) * Self.pageSize
        for index in start..<start + Self.pageSize {
            bytes[index] = UInt8.random(in: 0...255, using: &random)
        }
        try write(bytes)
        // As a program leaves it that has come upon the damage.
        try PrivateFile.create(path + "-damaged")

        let store = try SessionStore(path: path)
        let salvage = try salvage(of: store)
        #expect(try Data(contentsOf: URL(fileURLWithPath: salvage.setAside)) == Data(bytes))
        #expect(access(path + "-damaged", F_OK) != 0)
        var saved: Set<String> = []
        let tasks = try await store.tasks()
        for task in tasks { saved.formUnion(try await store.messages(of: task.id).map(\.text)) }
        #expect(saved.isSubset(of: texts), "nothing is invented")
        #expect(saved.count > texts.count - 60, "no more is lost than a page holds")
        #expect(tasks.count >= 29)
        let problems = try await store.read { db in
            try String.fetchAll(db, sql: "PRAGMA integrity_check")
                + Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map(\.description)
        }
        #expect(problems == ["ok"])
        // New messages have new numbers.
        let task = try #require(tasks.first)
        let last = try await store.read { try Int64.fetchOne($0, sql: "SELECT max(id) FROM message") } ?? 0
        let said = try await store.transact { try $0.say("Still here?", in: task.id, mode: .streamed) }
        guard case .message(let message)? = said?.first else { return }
        #expect(message.id > last && message.id.isMultiple(of: 2))
        #expect(try await store.search(SearchRequest(words: "still")).hits.count == 1)
    }

    @Test func damageThatIsFoundLaterIsMendedAtTheNextStart() async throws {
        _ = try await fill()
        var bytes = try bytes()
        let place = try #require(Data(bytes).range(of: Data("task 17 message 3 ".utf8)))
        let start = place.lowerBound / Self.pageSize * Self.pageSize
        for index in start..<start + Self.pageSize { bytes[index] = 0x5A }
        try write(bytes)
        do {
            let store = try SessionStore(path: path)
            #expect(store.condition == nil, "opening does not read everything")
            let error = await #expect(throws: StoreError.self) {
                for task in try await store.tasks() { _ = try await store.messages(of: task.id) }
            }
            #expect(error?.kind == .damaged)
            #expect(error?.message.contains("start again") == true)
            // Another Parley is open: it goes on with what it can read.
            #expect(try SessionStore(path: path).condition == nil)
        }
        let store = try SessionStore(path: path)
        let salvage = try salvage(of: store)
        #expect(salvage.incomplete.contains("message"))
        #expect(store.condition?.description.contains("30 tasks") == true)
        for task in try await store.tasks() { _ = try await store.messages(of: task.id) }
        #expect(try SessionStore(path: path).condition == nil, "it is said once")
    }

    @Test(arguments: [0..<4096, 100..<4096, 0..<512, 0..<100_000] as [Range<Int>])
    func aFileWhoseStartIsLostIsKeptAndANewOneBegun(lost: Range<Int>) async throws {
        _ = try await fill()
        var bytes = try bytes()
        for index in lost.clamped(to: bytes.indices) { bytes[index] = 0 }
        try write(bytes)
        let store = try SessionStore(path: path)
        let salvage = try salvage(of: store)
        #expect(try Data(contentsOf: URL(fileURLWithPath: salvage.setAside)) == Data(bytes))
        #expect(store.condition?.description.contains(salvage.setAside) == true)
        // The first page says where the tables begin, which is the same in every store.
        if lost.upperBound <= Self.pageSize {
            #expect(try await store.tasks().count == 30)
            #expect(salvage.rows["message"] == 300)
            #expect(salvage.incomplete == [])
        }
    }

    @Test func theLogOfADamagedStoreIsReadAndKept() async throws {
        let texts = try await fill()
        let store = try SessionStore(path: path)
        let task = try #require(try await store.tasks().first)
        try await store.transact { try $0.say("in the log", in: task.id, mode: .streamed) }
        // As a killed program leaves it.
        let copy = try folder.copy()
        try PrivateFile.create(copy.file("parley.sqlite-damaged"))
        let mended = try SessionStore(path: copy.file("parley.sqlite"))
        let salvage = try salvage(of: mended)
        #expect(salvage.incomplete == [])
        #expect(salvage.rows["message"] == texts.count + 1)
        #expect(try await mended.search(SearchRequest(words: "log")).hits.count == 1)
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: salvage.setAside + "-wal"))
                == Data(contentsOf: URL(fileURLWithPath: path + "-wal")))
    }

    @Test func aStoreThatAnotherProgramHasOpenIsNotSetAside() async throws {
        _ = try await fill()
        var bytes = try bytes()
        for index in 100..<Self.pageSize { bytes[index] = 0x5A }
        try write(bytes)
        // What another process holds while it has the store open.
        let lease = try FileLease.lowestFree(prefix: path + "-process-")
        let error = #expect(throws: StoreError.self) { try SessionStore(path: path) }
        #expect(error?.kind == .damaged)
        #expect(try self.bytes() == bytes)
        lease.release()
        _ = try salvage(of: SessionStore(path: path))
    }
}
