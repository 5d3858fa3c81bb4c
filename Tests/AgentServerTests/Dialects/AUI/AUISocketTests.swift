import AgentAPI
import Foundation
import NIOHTTP1
import NIOWebSocket
import Synchronization
import TestSupport
import Testing

@testable import AgentServer
@testable import Agents

/// The AUI dialect over a WebSocket.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct AUISocketTests {
    private func withServer(
        _ agent: ScriptedAgent, _ body: (URL, String, String) async throws -> Void
    ) async throws {
        let server = LocalServer(ServerConfiguration(store: .memory, agents: [.scripted(agent)]))
        let url = try await server.start()
        let key = await server.processKey ?? ""
        let client = TestClient(url: url, key: key)
        do {
            let task = try await client.post("/api/v1/external/tasks", #"{"user_id": "u"}"#).json
            try await body(url, key, task?["id"]?.string ?? "")
        } catch {
            await server.stop(grace: .zero)
            throw error
        }
        await server.stop(grace: .zero)
    }

    private static let path = "/api/ia-controller/api/v1/external/session"

    private static func message(_ text: String, in task: String) -> String {
        #"{"task_id": "\#(task)", "text": "\#(text)"}"#
    }

    @Test func updatesAreCumulativeAndTheMessageComesLast() async throws {
        let agent = ScriptedAgent { request, emit in
            for word in ["one ", "two ", "three"] { try await emit(.text(word)) }
        }
        try await withServer(agent) { url, key, task in
            let turns = Mutex(0)
            let transcript = try await SocketClient.talk(
                to: url, path: Self.path, headers: ["x-network-api-key": key],
                first: Self.message("a", in: task)
            ) { text in
                guard case .message = AUI.SocketFrame(text) else { return .wait }
                let turn = turns.withLock {
                    $0 += 1
                    return $0
                }
                return turn < 2 ? .say(Self.message("b", in: task)) : .close
            }
            #expect(transcript.closeCode == .normalClosure)
            let frames = transcript.texts.compactMap(AUI.SocketFrame.init)
            let messages = frames.compactMap {
                if case .message(let message) = $0 { message.text } else { nil }
            }
            #expect(messages == ["one two three", "one two three"])
            let updates = frames.compactMap { if case .update(let text) = $0 { text } else { nil } }
            #expect(!updates.isEmpty)
            #expect(updates.allSatisfy { "one two three".hasPrefix($0) })
        }
    }

    @Test func keyMayStandInTheQuery() async throws {
        try await withServer(.echo) { url, key, task in
            let transcript = try await SocketClient.talk(
                to: url, path: AUISocket.path + "?network_api_key=" + key, headers: [:],
                first: Self.message("hi", in: task)
            ) { text in if case .message = AUI.SocketFrame(text) { .close } else { .wait } }
            #expect(transcript.closeCode == .normalClosure)
        }
    }

    @Test func badKeyIsAPolicyViolation() async throws {
        try await withServer(.echo) { url, _, _ in
            let transcript = try await SocketClient.talk(to: url, path: Self.path, headers: [:], first: nil)
            #expect(transcript.closeCode == .policyViolation)
            #expect(transcript.texts.isEmpty)
        }
    }

    @Test(arguments: [
        "nonsense", "{}", #"{"task_id": "x"}"#, #"{"task_id": "68e78d0dc5a4b19a030d03d6", "text": "x"}"#,
    ])
    func badMessageIsToldAndCloses(message: String) async throws {
        try await withServer(.echo) { url, key, _ in
            let transcript = try await SocketClient.talk(
                to: url, path: Self.path, headers: ["x-network-api-key": key], first: message)
            #expect(transcript.closeCode == .policyViolation)
            let frame = try #require(transcript.texts.first.flatMap(AUI.SocketFrame.init))
            guard case .failure(let error) = frame else {
                Issue.record("\(frame)")
                return
            }
            #expect([404, 422].contains(error.statusCode))
        }
    }

    @Test func failingAgentIsAnInternalError() async throws {
        let agent = ScriptedAgent { _, _ in throw AgentFailure("The model is away.") }
        try await withServer(agent) { url, key, task in
            let transcript = try await SocketClient.talk(
                to: url, path: Self.path, headers: ["x-network-api-key": key],
                first: Self.message("hi", in: task))
            #expect(transcript.closeCode == .unexpectedServerError)
            #expect(transcript.texts.last?.contains("The model is away.") == true)
        }
    }

    /// However fast the words come, all of them are sent before the error, and they stay in the conversation.
    @Test func whatAFailingAgentSaidIsNotLost() async throws {
        let agent = ScriptedAgent { _, emit in
            for word in ["one ", "two ", "three"] { try await emit(.text(word)) }
            throw AgentFailure("The model is away.")
        }
        try await withServer(agent) { url, key, task in
            let transcript = try await SocketClient.talk(
                to: url, path: Self.path, headers: ["x-network-api-key": key],
                first: Self.message("hi", in: task))
            let frames = transcript.texts.compactMap(AUI.SocketFrame.init)
            #expect(frames.dropLast().last == .update("one two three"))
            guard case .failure(let error)? = frames.last else { throw APIError(.internal) }
            #expect(error.message == "The model is away.")
            let messages = try await TestClient(url: url, key: key).get(
                "/api/v1/external/tasks/\(task)/messages"
            ).json
            #expect(messages?.elements?.map { $0["text"] } == ["hi", "one two three"])
        }
    }

    @Test func clientThatGoesStopsTheAgent() async throws {
        let stopped = Signal()
        let agent = ScriptedAgent { _, emit in
            try await emit(.text("first"))
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch {
                stopped.fire()
                throw error
            }
        }
        try await withServer(agent) { url, key, task in
            _ = try await SocketClient.talk(
                to: url, path: Self.path, headers: ["x-network-api-key": key],
                first: Self.message("hi", in: task)
            ) { _ in .leave }
            await stopped.wait()
        }
    }
}
