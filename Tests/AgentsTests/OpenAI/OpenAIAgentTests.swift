import Foundation
import HTTPTypes
import Hummingbird
import Synchronization
import TestSupport
import Testing

@testable import Agents

/// The agent against an endpoint that answers as scripted, correctly or not.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct OpenAIAgentTests {
    private func agent(
        _ url: String, _ change: (inout OpenAIAgent.Configuration) -> Void = { _ in }
    ) -> OpenAIAgent {
        var configuration = OpenAIAgent.Configuration(url: url, model: "m")
        // A busy machine takes its time to connect.
        configuration.timeouts.connect = TimeLimits.wait
        change(&configuration)
        return OpenAIAgent(configuration)
    }

    /// The message of the failure; empty if the agent answered.
    private func failure(
        of agent: OpenAIAgent, _ log: EventLog<AgentEvent> = EventLog<AgentEvent>()
    ) async throws -> String {
        let request = AgentRequest(conversation: "c", history: [], message: "hello")
        do {
            try await agent.reply(to: request) { log.add($0) }
        } catch let failure as AgentFailure {
            return failure.message
        }
        return ""
    }

    @Test func answerIsStreamedPieceByPiece() async throws {
        let second = Signal()
        try await ScriptedEndpoint.run { _ in
            .streaming { writer in
                try await writer.write(ByteBuffer(string: "data: \(delta("one "))\n\n"))
                await second.wait()
                try await writer.write(
                    ByteBuffer(string: "data: \(delta("two"))\n\ndata: \(stop)\n\ndata: [DONE]\n\n"))
            }
        } use: { _, url async throws in
            let log = EventLog<AgentEvent>()
            try await self.agent(url).reply(to: .init(conversation: "c", history: [], message: "hello")) {
                event in
                log.add(event)
                if log.events.count == 1 { second.fire() }
            }
            #expect(log.events == [.text("one "), .text("two")])
        }
    }

    @Test func requestHasTheConfigurationAndTheHistory() async throws {
        try await ScriptedEndpoint.run { _ in
            .stream([delta("ok"), stop])
        } use: { endpoint, url async throws in
            let agent = self.agent(url) {
                $0.key = { "secret-key" }
                $0.system = "Be brief."
                $0.temperature = 0.5
                $0.topP = 0.9
                $0.maxTokens = 10
            }
            let history: [AgentRequest.Message] = [
                .init(.summary, "We met."), .init(.user, "unanswered"), .init(.user, "a"), .init(.agent, "b"),
            ]
            _ = try await EventLog.of(
                agent, .init(conversation: "c", history: history, message: "hello", instructions: "Rhyme."))
            #expect(
                endpoint.questions == [
                    [
                        "model": "m", "stream": true, "temperature": 0.5, "top_p": 0.9, "max_tokens": 10,
                        "messages": [
                            [
                                "role": "system",
                                "content":
                                    "Be brief.\n\nRhyme.\n\nSummary of the conversation so far:\nWe met.",
                            ],
                            ["role": "user", "content": "unanswered\n\na"],
                            ["role": "assistant", "content": "b"], ["role": "user", "content": "hello"],
                        ],
                    ]
                ])
            #expect(endpoint.headers.first?[.authorization] == "Bearer secret-key")
        }
    }

    @Test func addressWithoutAPathGetsTheUsualOne() async throws {
        try await ScriptedEndpoint.run { _ in
            .stream([delta("ok"), stop])
        } use: { endpoint, url async throws in
            #expect(try await EventLog.of(self.agent(String(url.dropLast(3)))).text == "ok")
            #expect(try await EventLog.of(self.agent(url + "/")).text == "ok")
            #expect(try await EventLog.of(self.agent(url + "/chat/completions")).text == "ok")
            #expect(try await EventLog.of(self.agent(url + "/chat/completions/")).text == "ok")
            #expect(endpoint.headers.map { $0[.authorization] } == [nil, nil, nil, nil])
        }
    }

    @Test func answerThatIsNotStreamedIsReadWhole() async throws {
        let document =
            #"{"choices":[{"message":{"role":"assistant","content":"whole"},"finish_reason":"stop"}]}"#
        try await ScriptedEndpoint.run { _ in
            .document(document)
        } use: { _, url async throws in
            #expect(try await EventLog.of(self.agent(url)).text == "whole")
        }
    }

    @Test(arguments: [
        (401, "refuses the agent's key (401). Correct the key. It says: no … here"),
        (404, "has no model m, or nothing at this address (404). It says: no … here"),
        (429, "accepts no more requests for now (429). Try again in 7 s. It says: no … here"),
        (500, "failed (500). It says: no … here"), (400, "refused the request (400). It says: no … here"),
    ])
    func refusalIsReportedWithoutTheKey(status: Int, message expected: String) async throws {
        try await ScriptedEndpoint.run { _ in
            .document(
                #"{"error":{"message":"no secret-key here"}}"#, status: .init(code: status),
                headers: [.retryAfter: "7"])
        } use: { _, url async throws in
            let message = try await self.failure(of: self.agent(url) { $0.key = { "secret-key" } })
            let host = url.dropFirst(7).dropLast(3)
            #expect(message == "The model server at \(host) \(expected)")
        }
    }

    @Test func refusedKeyIsFetchedAgainAndTheQuestionSentOnce() async throws {
        let fetched = Mutex(0)
        try await ScriptedEndpoint.run { endpoint in
            endpoint.questions.count == 1
                ? .document("{}", status: .unauthorized) : .stream([delta("ok"), stop])
        } use: { endpoint, url async throws in
            let agent = self.agent(url) {
                $0.key = {
                    fetched.withLock {
                        $0 += 1
                        return "key\($0)"
                    }
                }
            }
            for _ in 0..<2 { #expect(try await EventLog.of(agent).text == "ok") }
            #expect(
                endpoint.headers.map { $0[.authorization] } == ["Bearer key1", "Bearer key2", "Bearer key2"])
        }
    }

    @Test func aKeyThatStaysTheSameIsNotSentAgain() async throws {
        try await ScriptedEndpoint.run { _ in
            .document("{}", status: .unauthorized)
        } use: { endpoint, url async throws in
            let agent = self.agent(url) { $0.key = { "key1" } }
            #expect(try await self.failure(of: agent).contains("401"))
            #expect(endpoint.headers.count == 1)
        }
    }

    @Test func unreachableEndpointIsReported() async throws {
        let message = try await failure(of: agent(ScriptedEndpoint.nowhere))
        #expect(
            message
                == "The model server at 127.0.0.1:1 cannot be reached: connection refused. Start it, or correct the agent's url."
        )
    }

    @Test func truncatedAnswerFailsAndKeepsWhatCame() async throws {
        for isCutOff in [true, false] {
            try await ScriptedEndpoint.run { _ in
                .stream([delta("half")], isWhole: !isCutOff)
            } use: { _, url async throws in
                let log = EventLog<AgentEvent>()
                let message = try await self.failure(of: self.agent(url), log)
                #expect(message.hasSuffix(" broke off in the middle of its answer."))
                #expect(log.text == "half")
            }
        }
    }

    @Test(arguments: [512, nil]) func answerCutOffByALimitFailsAndKeepsWhatCame(limit: Int?) async throws {
        try await ScriptedEndpoint.run { _ in
            .stream([delta("half"), #"{"choices":[{"delta":{},"finish_reason":"length"}]}"#])
        } use: { _, url async throws in
            let log = EventLog<AgentEvent>()
            let message = try await self.failure(of: self.agent(url) { $0.maxTokens = limit }, log)
            #expect(message.contains(limit == nil ? "the most tokens that 127.0.0.1" : "at 512 tokens"))
            #expect(log.text == "half")
        }
    }

    @Test func firstByteTimeoutFails() async throws {
        let over = Signal()
        try await ScriptedEndpoint.run { _ in
            await over.wait()
            return .stream([])
        } use: { _, url async throws in
            let message = try await self.failure(
                of: self.agent(url) { $0.timeouts.firstByte = .milliseconds(20) })
            #expect(message.contains("has not begun to answer within"))
            over.fire()
        }
    }

    @Test func idleTimeoutFailsAndKeepsWhatCame() async throws {
        let over = Signal()
        try await ScriptedEndpoint.run { _ in
            .streaming { writer in
                try await writer.write(ByteBuffer(string: "data: \(delta("half"))\n\n"))
                await over.wait()
            }
        } use: { _, url async throws in
            let log = EventLog<AgentEvent>()
            let message = try await self.failure(
                of: self.agent(url) { $0.timeouts.idle = .milliseconds(20) }, log)
            #expect(message.contains("fell silent"))
            #expect(log.text == "half")
            over.fire()
        }
    }

    @Test func errorWithinTheStreamIsReported() async throws {
        try await ScriptedEndpoint.run { _ in
            .stream([delta("half"), #"{"error":{"message":"out of memory"}}"#])
        } use: { _, url async throws in
            #expect(try await self.failure(of: self.agent(url)).hasSuffix(" reports: out of memory"))
        }
    }

    @Test func answerOfAnotherKindOfServerIsReported() async throws {
        try await ScriptedEndpoint.run { _ in
            .document(#"{"hello": "world"}"#)
        } use: { _, url async throws in
            let message = try await self.failure(of: self.agent(url))
            #expect(message.contains("does not answer with a chat completion"))
            #expect(message.hasSuffix(#"It says: {"hello":"world"}"#))
        }
    }

    /// A body whose label may be wrong, and what becomes of it.
    struct Body: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var type = "text/event-stream"
        var body: String
        var text = ""
        var failure = ""
    }

    private static let page =
        "<!doctype html><html><head><title>Sign in</title></head><body>Please sign in</body></html>"
    private static let document =
        #"{"choices":[{"message":{"role":"assistant","content":"whole"},"finish_reason":"stop"}]}"#
    private static let events = "data: \(delta("whole"))\n\ndata: \(stop)\n\ndata: [DONE]\n\n"

    static let bodies = [
        Body(
            testDescription: "halves of a character",
            body: [
                #"data: {"choices":[{"delta":{"content":"Well done \ud83d"}}]}"#,
                #"data: {"choices":[{"delta":{"content":"\ude80 on Monday."},"finish_reason":"stop"}]}"#, "",
            ].joined(separator: "\n\n"), text: "Well done 🚀 on Monday."),
        Body(
            testDescription: "half a character",
            body: [
                #"data: {"choices":[{"delta":{"content":"cut \ud83d and on"}}]}"#, "data: \(stop)", "",
            ].joined(separator: "\n\n"), text: "cut \u{FFFD} and on"),
        Body(
            testDescription: "no last line end",
            body: "data: \(delta("all of it"))\n\n"
                + #"data: {"choices":[{"delta":{"content":" and the end"},"finish_reason":"stop"}]}"#,
            text: "all of it and the end"),
        Body(
            testDescription: "an error as a field",
            body: "error: {\"code\":400,\"message\":\"too large\"}\n\ndata: [DONE]\n\n",
            failure: " reports: too large"),
        Body(
            testDescription: "an error after some text",
            body:
                "data: \(delta("half "))\n\ndata: {\"error\": {\"message\": \"queue is full\"}}\n\ndata: [DONE]\n\n",
            text: "half ", failure: " reports: queue is full"),
        Body(testDescription: "events labelled JSON", type: "application/json", body: events, text: "whole"),
        Body(testDescription: "events labelled text", type: "text/plain", body: events, text: "whole"),
        Body(testDescription: "JSON labelled text", type: "text/plain", body: document, text: "whole"),
        Body(testDescription: "JSON labelled events", body: document, text: "whole"),
        Body(
            testDescription: "an error labelled events", body: #"{"error": "no such model"}"#,
            failure: " reports: no such model"),
        Body(testDescription: "a page", type: "text/html", body: page, failure: "web page (“Sign in”)"),
        Body(testDescription: "a page labelled events", body: page, failure: "web page (“Sign in”)"),
        Body(
            testDescription: "a page labelled JSON", type: "application/json", body: page, failure: "sign-in"),
        Body(
            testDescription: "words", type: "text/plain", body: "upstream is down",
            failure: "says: upstream is down"),
    ]

    @Test("What comes decides, not its label, and nothing of it is passed over", arguments: bodies)
    func body(body: Body) async throws {
        try await ScriptedEndpoint.run { _ in
            Response(
                status: .ok, headers: [.contentType: body.type],
                body: .init(byteBuffer: ByteBuffer(string: body.body)))
        } use: { _, url async throws in
            let log = EventLog<AgentEvent>()
            let message = try await self.failure(of: self.agent(url), log)
            #expect(log.text == body.text)
            #expect(body.failure.isEmpty ? message == "" : message.contains(body.failure), "\(message)")
        }
    }

    @Test func modelThatWantsAToolIsReported() async throws {
        let call =
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"1","function":{"name":"search","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}"#
        try await ScriptedEndpoint.run { _ in
            .stream([call, "[DONE]"])
        } use: { _, url async throws in
            let log = EventLog<AgentEvent>()
            let message = try await self.failure(of: self.agent(url), log)
            #expect(message == "The model m wants to call the tool search, which this agent does not have.")
            #expect(log.events.first == .toolCall(id: "1", name: "search", input: "{}"))
        }
    }

    @Test func stoppedAnswerClosesTheConnection() async throws {
        let closed = Signal()
        try await ScriptedEndpoint.run { _ in
            .streaming { writer in
                do {
                    while true { try await writer.write(ByteBuffer(string: "data: \(delta("more "))\n\n")) }
                } catch {
                    closed.fire()
                    throw error
                }
            }
        } use: { _, url async throws in
            let agent = self.agent(url)
            let begun = Signal()
            let work = Task {
                try await agent.reply(to: .init(conversation: "c", history: [], message: "hello")) { _ in
                    begun.fire()
                }
            }
            await begun.wait()
            work.cancel()
            await #expect(throws: CancellationError.self) { try await work.value }
            await closed.wait()
        }
    }

    @Test func thoughtsAndToolCallsAreEvents() async throws {
        let chunks = [
            #"{"choices":[{"delta":{"reasoning_content":"Let me see."}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"t1","function":{"name":"add","arguments":"{\"a\""}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":": 1}"}}]}}]}"#,
            #"{"choices":[{"delta":{"role":"tool","tool_call_id":"t1","content":"2"}}]}"#, delta("two"), stop,
        ]
        try await ScriptedEndpoint.run { _ in
            .stream(chunks)
        } use: { _, url async throws in
            #expect(
                try await EventLog.of(self.agent(url)).events == [
                    .thinking("Let me see."), .toolCall(id: "t1", name: "add", input: #"{"a": 1}"#),
                    .toolResult(id: "t1", output: "2", isError: false), .text("two"),
                ])
        }
    }
}
