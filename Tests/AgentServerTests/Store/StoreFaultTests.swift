import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Storage
import TestSupport
import Testing
import Wire

@testable import AgentServer
@testable import Agents

/// A server whose store cannot grow, as on a full disk, or cannot be written at all.
@Suite(.timeLimit(.scaled(minutes: 5))) struct StoreFaultTests {
    private static let agent = "60d0fe4f5311236168a109ca"
    private static let full = "Nothing can be stored at the server: its disk is full."
    /// More than fits into pages that the store has already.
    private static let long = String(repeating: "a long message ", count: 20_000)

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// - Parameter isFull: whether the file may grow no more.
    private func setFull(_ server: TestBackend, _ isFull: Bool) async throws {
        try await server.store.database.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(isFull ? pages : 1 << 20)")
        }
    }

    /// A server with a session `story` of the person `ada`, in which something was said.
    private func server(_ agent: ScriptedAgent = .echo) async throws -> TestBackend {
        let server = try await TestBackend([.scripted(agent)], store: folder.store)
        _ = try await server.send(.post, "/v2/agents/echo/sessions", #"{"key": "story", "name": "A story"}"#)
        return server
    }

    private func say(_ text: String, to server: TestBackend) async throws -> TestResponse {
        try await server.send(
            .post, "/v2/chat/",
            #"{"user_id": "ada", "agent_id": "\#(Self.agent)", "session_id": "story", "message": "\#(text)"}"#
        )
    }

    private static func response(_ text: String) -> JSONValue { ["response": .string(text)] }

    private static let reads = [
        "/v2/agents/echo/sessions/story/events", "/v1/sessions/story/history",
        "/api/v1/external/tasks?user_id=ada", "/v1/chat/tasks/1", "/v1/chat/tasks/1/steps",
    ]

    @Test func everyDialectSaysSoInItsOwnFormAndReadsOn() async throws {
        let server = try await server()
        #expect(try await say("one", to: server).json == Self.response("echo one"))
        let conversation = try #require(try await server.store.conversation(key: "story"))
        let requests = [
            (
                "/v2/stream/",
                #"{"user_id": "ada", "agent_id": "\#(Self.agent)", "session_id": "story", "message": "\#(Self.long)"}"#
            ),
            (
                "/v3/inference/stream/",
                #"{"user_id": "ada", "agent_id": "\#(Self.agent)", "session_id": "story", "message": "\#(Self.long)"}"#
            ),
            ("/api/v1/external/message", #"{"task_id": "\#(conversation.hex)", "text": "\#(Self.long)"}"#),
            (
                "/v1/chat/tasks/\(conversation.id)/messages",
                #"{"agent_id": \#(conversation.agentId ?? 0), "message": {"role": "user", "content": "\#(Self.long)"}}"#
            ),
            (
                "/v2/agents/echo/sessions/story/events",
                #"{"type":"input_message","messages":[{"type":"text","content":"\#(Self.long)"}],"stream_response":false}"#
            ),
        ]
        var before: [String] = []
        for path in Self.reads { before.append(try await server.send(.get, path).text) }
        try await setFull(server, true)
        var answers: [JSONValue?] = []
        for (path, body) in requests {
            let response = try await server.send(.post, path, body)
            #expect(response.status == .serviceUnavailable, "\(path): \(response.text)")
            answers.append(response.json)
        }
        #expect(answers[0] == ["detail": .string(Self.full)])
        #expect(answers[1] == ["detail": .string(Self.full)])
        #expect(answers[2]?["status_code"] == 503)
        #expect(answers[2]?["message"] == .string(Self.full))
        #expect(answers[3] == ["error": ["code": "temporarily_unavailable", "message": .string(Self.full)]])
        #expect(answers[4]?["messages"] == [.string(Self.full)])
        #expect(answers[4]?["code"] == "service_unavailable")
        for (path, text) in zip(Self.reads, before) {
            let response = try await server.send(.get, path)
            #expect(response.status == .ok, "\(path)")
            #expect(response.text == text, "nothing of a refused message is in the conversation: \(path)")
        }
        try await setFull(server, false)
        #expect(try await say("two", to: server).json == Self.response("echo two"))
    }

    /// A reply whose end cannot be stored fails, and is stored when there is room again: its conversation goes on.
    @Test func anEndThatCannotBeStoredIsStoredLater() async throws {
        let written = Signal()
        let filled = Signal()
        let agent = ScriptedAgent { request, emit in
            guard request.message == "one" else { return try await emit(.text("Here I am.")) }
            try await emit(.text(Self.long))
            written.fire()
            await filled.wait()
        }
        let server = try await server(agent)
        async let answer = say("one", to: server)
        await written.wait()
        try await setFull(server, true)
        filled.fire()
        let failed = try await answer
        #expect(failed.status == .badGateway)
        let words = failed.json?["detail"]?.string ?? ""
        #expect(words.hasPrefix(Self.full), "\(failed.text.prefix(200))")
        #expect(words.hasSuffix(Self.long), "what the agent wrote has arrived")
        let behind = try await say("two", to: server)
        #expect(
            behind.status == .serviceUnavailable, "nothing waits for a turn that cannot end: \(behind.text)")

        try await setFull(server, false)
        #expect(try await say("three", to: server).json == Self.response("Here I am."))
        let conversation = try #require(try await server.store.conversation(key: "story"))
        let texts = try await server.store.messages(in: conversation.id).map(\.text)
        #expect(texts.prefix(2) == ["one", Self.long], "\(texts.map(\.count))")
        #expect(texts.suffix(2) == ["three", "Here I am."])
    }

    @Test func aStepThatCannotBeStoredFailsTheTurnInTheseWords() async throws {
        let filled = Signal()
        let begun = Signal()
        let agent = ScriptedAgent { _, emit in
            try await emit(.text("Let me see. "))
            begun.fire()
            await filled.wait()
            try await emit(.toolCall(id: "t", name: "look", input: "\"\(Self.long)\""))
        }
        let server = try await server(agent)
        async let answer = say("one", to: server)
        await begun.wait()
        try await setFull(server, true)
        filled.fire()
        #expect(try await answer.text.contains(Self.full))
    }

    /// A server that has stopped after forty turns.
    private func filled() async throws {
        let server = try await server()
        for number in 0..<40 {
            #expect(try await say("\(number) " + String(Self.long.prefix(3000)), to: server).status == .ok)
        }
        await server.backend.runner.stop(grace: .zero)
        server.store.close()
    }

    /// Overwrites a tenth of the store.
    private func damage() throws {
        let path = folder.file("server.sqlite")
        let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seek(toOffset: UInt64(size / 4096 / 2 * 4096))
        try file.write(contentsOf: Data(repeating: 0x5A, count: size / 4096 / 10 * 4096))
        try file.close()
    }

    private func expectMended(_ server: TestBackend) async throws {
        #expect(server.backend.storeProblem?.contains("was damaged, and is kept as") == true)
        let conversation = try #require(try await server.store.conversation(key: "story"))
        #expect(try await server.store.messages(in: conversation.id).count > 10)
        #expect(try await say("again", to: server).status == .ok)
    }

    @Test func damageThatIsFoundLaterIsMendedAtTheNextStart() async throws {
        try await filled()
        do {
            let server = try await TestBackend([.scripted(.echo)], store: folder.store)
            #expect(server.backend.storeProblem == nil)
            try damage()
            let answer = try await server.send(.get, "/v2/agents/echo/sessions/story/events?limit=100")
            #expect(answer.status == .serviceUnavailable, "\(answer.text.prefix(300))")
            #expect(answer.text.contains("The server's store is damaged."))
            await server.backend.runner.stop(grace: .zero)
            server.store.close()
        }
        try await expectMended(try await TestBackend([.scripted(.echo)], store: folder.store))
    }

    @Test func damageThatIsFoundAtTheStartIsMendedAtOnce() async throws {
        try await filled()
        try damage()
        let server = try await TestBackend([.scripted(.echo)], store: folder.store)
        // What is read now, or at the start, shows it.
        let answer = try await server.send(.get, "/v2/agents/echo/sessions/story/events?limit=100")
        guard server.backend.storeProblem == nil else { return try await expectMended(server) }
        #expect(answer.status == .serviceUnavailable)
        await server.backend.runner.stop(grace: .zero)
        server.store.close()
        try await expectMended(try await TestBackend([.scripted(.echo)], store: folder.store))
    }
}
