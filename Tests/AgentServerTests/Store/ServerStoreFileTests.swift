import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@testable import AgentServer

/// Opening a store; the fixture is one of version 0.1, without a mark of whose it is.
@Suite(.timeLimit(.scaled(minutes: 5))) struct ServerStoreFileTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/server-0.1.sqlite")
        try FileManager.default.copyItem(atPath: fixture.path, toPath: folder.path + "/server.sqlite")
    }

    private func applicationID(_ store: ServerStore) async throws -> Int32? {
        try await store.read { try Int32.fetchOne($0, sql: "PRAGMA application_id") }
    }

    @Test func everythingIsFoundAndTheFileIsMarked() async throws {
        let store = try ServerStore(folder.store)
        #expect(try await applicationID(store) == ServerSchema.applicationID)
        #expect(try await store.agents().map(\.key) == ["guide", "sleeper"])
        let conversations = try await store.conversations(user: "parley")
        #expect(
            Set(conversations.map(\.name)) == [
                "How do I search?", "What is a theme?", "Work for ten minutes",
            ])
        let asked = try #require(conversations.first { $0.name == "How do I search?" })
        let messages = try await store.messages(in: asked.id)
        #expect(messages.map(\.text.count) == [16, messages.last?.text.count])
        #expect(messages.last?.text.hasPrefix("## Search\n") == true)
        let turn = try #require(try await store.turn(ticket: "18149636-365c-4f31-8cde-53ce64cff4e7"))
        #expect(turn.state == .queued)
        #expect(turn.mode == .background)
        #expect(try await ServerKeys(folder.store).list().map(\.name) == ["tester"])
        store.close()
    }

    @Test func aQueuedTurnGoesOn() async throws {
        let backend = try await TestBackend([.scripted(.echo, key: "sleeper")], store: folder.store)
        let ticket = "18149636-365c-4f31-8cde-53ce64cff4e7"
        let turn = try #require(try await backend.store.turn(ticket: ticket))
        try await backend.store.whenFinished(turn)
        #expect(try await backend.store.turn(ticket: ticket)?.state == .completed)
        #expect(try await backend.store.answer(of: turn.id)?.text == "echo Work for ten minutes")
    }

    @Test func anotherProgramsDatabaseIsLeftAlone() async throws {
        let path = folder.path + "/other.sqlite"
        let other = try DatabaseQueue(path: path)
        try await other.write { try $0.execute(sql: "CREATE TABLE thing (a)") }
        try other.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let error = #expect(throws: ServerError.self) { try ServerStore(.file(path: path)) }
        #expect(error?.message.contains("not a database") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func aNewerStoreIsLeftAlone() async throws {
        do {
            let store = try ServerStore(folder.store)
            try await store.write {
                try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('from the future')")
            }
            store.close()
        }
        let error = #expect(throws: ServerError.self) { try ServerStore(folder.store) }
        #expect(error?.message.contains("Update Parley") == true)
    }
}
