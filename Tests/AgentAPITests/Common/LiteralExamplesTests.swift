import AgentAPI
import Testing
import Wire

/// The examples of the documents and contracts that are too short for a test of their own: each is decoded, and
/// encoding it gives the same.
@Suite struct LiteralExamplesTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var check: @Sendable () throws -> Void

        init<Value: Codable & Sendable>(_ name: String, _ type: Value.Type, _ json: String) {
            testDescription = name
            check = { _ = try Contract.roundTrip(json, as: type) }
        }
    }

    static let examples: [Example] = [
        Example(
            "the request of the stream document", Lyzr.InferenceRequest.self,
            """
            {
                       "user_id": "user123",
                       "agent_id": "60d0fe4f5311236168a109ca",
                       "session_id": "session123",
                       "message": "Can you stream your response?"
                     }
            """),
        Example("a chat's answer", Lyzr.ChatReply.self, #"{"response":"…"}"#),
        Example("a task", Lyzr.TaskCreated.self, #"{"task_id":"91b97d32-0e60-4e75-89xx-xxxxxxxxxxxx"}"#),
        Example(
            "a task that failed", Lyzr.TaskStatus.self,
            #"{"task_id":"t","status":"failed","result":null,"error":"…"}"#),
        Example("a user that was made", Lyzr.UserCreated.self, #"{"user_id":{"user_id":"66e2…"}}"#),
        Example("a session to be made", Lyzr.SessionRequest.self, #"{"user_id":"…","metadata":{}}"#),
        Example("a session that was made", Lyzr.SessionCreated.self, #"{"session_id":"66e2a2…"}"#),
        Example(
            "the sessions of a user", Lyzr.SessionList.self,
            #"[{"session_id":"…","created_at":"2024-08-21T12:38:10.504000"}]"#),
        Example(
            "a session", Lyzr.Session.self,
            #"{"active":false,"session_id":"IITZ","_id":"66dac3…","user_id":"123","created_at":"2024-09-06T08:54:01.978000"}"#
        ),
        Example("a summary", Lyzr.Payload.self, #"{"payload":"user: …\nassistant: …"}"#),
        Example("an error of FastAPI", FastAPIError.self, #"{"detail":"…"}"#),
        Example(
            "an AUI task", AUI.Task.self,
            #"""
            {"id":"68e78d0dc5a4b19a030d03d6","user_id":"user_123","title":"New Conversation",
             "welcome_message":"Hi! I'm here to help …","followup_suggestions":["Show me your best sellers","…"]}
            """#),
        Example(
            "a message with its context", AUI.MessageRequest.self,
            #"""
            {"task_id":"68e78d0dc5a4b19a030d03d6","text":"I am looking for a built-in microwave …",
             "context":{"url":"https://example.com/products","lead_details":{"customer_type":"residential","budget_range":"300-500"}}}
            """#),
        Example(
            "a chat task to be made", Xagent.TaskRequest.self,
            #"{"agent_id":7,"message":{"role":"user","content":"Calculate 17 times 23 …"},"metadata":{"trace_id":"t1"}}"#
        ),
        Example(
            "a chat task that was made", Xagent.Accepted.self,
            #"{"task_id":10,"agent_id":7,"status":"running","created_at":"2026-05-10T03:00:00Z"}"#),
        Example(
            "a message that was appended", Xagent.Accepted.self,
            #"{"task_id":10,"agent_id":7,"status":"running","accepted_at":"2026-05-10T03:01:00Z"}"#),
        Example(
            "an event of what the user said", Vectara.Event.self,
            #"{"type":"input_message","id":"aev_1","session_key":"s","messages":[{"type":"text","content":"hi"}],"created_at":"2024-01-15T10:30:00Z"}"#
        ),
        Example(
            "an event with more text", Vectara.Event.self,
            #"{"type":"streaming_agent_output","content":"I can help","created_at":"2024-01-15T10:30:00Z"}"#),
        Example(
            "an event at the end of a text", Vectara.Event.self,
            #"{"type":"streaming_agent_output_end","event_id":"aev_2","created_at":"2024-01-15T10:30:00Z"}"#),
        Example("the last event", Vectara.Event.self, #"{"type":"end"}"#),
        Example(
            "an error of Vectara", Vectara.Failure.self,
            #"{"messages":["Session not found"],"request_id":"cb55516287bf4f3c963fcc4e5af3fe9f"}"#),
        Example(
            "something that Vectara does not know", Vectara.Failure.self,
            #"{"id":"nope","messages":["Session not found"],"request_id":"…"}"#),
        Example(
            "a field that Vectara does not take", Vectara.Failure.self,
            #"{"field_errors":{"name":"must not be blank"},"messages":["…"],"request_id":"…"}"#),
    ]

    @Test(arguments: examples) func nothingIsLostOrAdded(example: Example) throws {
        try example.check()
    }

    /// The body of the stream document, which is no JSON.
    @Test func theStreamOfTheDocument() throws {
        let body =
            "LYZR_AGENT: To improve productivity, you can focus on time management, set clear goals, and minimize distractions."
        var decoder = Lyzr.StreamDecoder(contentType: nil)
        let events = try decoder.decode(Array(body.utf8)) + decoder.finish().events
        let text = events.reduce(into: "") { if case .text(let more) = $1 { $0 += more } }
        #expect(
            text
                == "To improve productivity, you can focus on time management, set clear goals, and minimize distractions."
        )
    }
}
