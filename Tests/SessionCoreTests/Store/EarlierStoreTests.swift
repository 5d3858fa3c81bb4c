import Foundation
import GRDB
import TestSupport
import Testing

@testable import SessionCore

/// A store as version 0.1 wrote it.
@Suite(.timeLimit(.scaled(minutes: 5))) struct EarlierStoreTests {
    @Test func everythingIsFound() async throws {
        let folder = try TemporaryFolder()
        let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/parley-0.1.sqlite")
        try FileManager.default.copyItem(atPath: fixture.path, toPath: folder.file("parley.sqlite"))

        let store = try SessionStore(path: folder.file("parley.sqlite"))
        let tasks = try await store.tasks()
        #expect(tasks.map(\.title) == ["Work for ten minutes", "What is a theme?", "How do I search?"])
        #expect(tasks.map(\.account) == ["local", "local", "local"])
        #expect(tasks.map(\.agent.name) == ["sleeper", "Guide", "Guide"])
        #expect(tasks[0].draft == Draft(text: "half a thought", cursor: 14))
        #expect(tasks[0].state == .running)

        let answered = try await store.messages(of: tasks[2].id)
        #expect(answered.map(\.role) == [.user, .agent])
        #expect(answered.first?.text == "How do I search?")
        #expect(answered.last?.text.hasPrefix("## Search\n") == true)
        #expect(answered.last?.text.hasSuffix("`3` Keys: Writing") == true)

        var turns: [Turn] = []
        for task in tasks { turns += try await store.turns(of: task.id) }
        #expect(turns.map(\.state) == [.running, .done, .done])
        #expect(turns.map(\.mode) == [.background, .background, .streamed])
        let orphans = try await store.adoptOrphans(of: ["local"], includingQueues: true, at: .now)
        #expect(orphans.running.map(\.turn.ticket) == ["18149636-365c-4f31-8cde-53ce64cff4e7"])

        let found = try await store.search(SearchRequest(words: "searches"))
        #expect(found.hits.map(\.task) == [tasks[2].id])
    }
}
