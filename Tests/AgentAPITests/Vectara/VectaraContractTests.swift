import AgentAPI
import Foundation
import TestSupport
import Testing
import Wire

/// The literal examples of the vendor's documents, byte for byte, and what the contract says beyond them.
@Suite(.timeLimit(.scaled(minutes: 5))) struct VectaraContractTests {
    static let request = """
        {"key":"support_session_12345","name":"Customer Support Session",
         "description":"Customer support session for billing inquiry regarding account charges",
         "metadata":{"customer_id":"customer_12345","customer_email":"customer@example.com","priority":"high","channel":"web_chat","issue_category":"billing"},
         "enabled":true}
        """

    static let session = """
        {"key":"support_session_12345","agent_key":"customer_support","name":"Customer Support Session","description":"…",
             "metadata":{"priority":"high"},"enabled":true,"created_at":"2024-01-15T10:30:00Z"}
        """

    static let agent = """
        {"key":"customer_support","name":"Customer Support","description":"…","tool_configurations":{},
         "model":{"name":"gpt-4o"},"first_step":{"type":"conversational","name":"main","instructions":[],"output_parser":{"type":"default"}},
         "metadata":{},"enabled":true,"created_at":"2024-01-15T10:30:00Z","updated_at":"2024-01-15T10:30:00Z"}
        """

    @Test func theSessionOfTheDocument() throws {
        let request = try Contract.roundTrip(Self.request, as: Vectara.SessionRequest.self)
        #expect(request.key == "support_session_12345")
        #expect(request.metadata?["priority"] == "high")
        let session = try Contract.roundTrip(Self.session, as: Vectara.Session.self)
        #expect(session.agentKey == "customer_support")
        #expect(session.createdAt?.date == Date(timeIntervalSince1970: 1_705_314_600))
    }

    @Test("The vendor's own package creates with an empty body")
    func emptyRequest() throws {
        #expect(try Contract.decode("{}", as: Vectara.SessionRequest.self) == Vectara.SessionRequest())
        #expect(String(decoding: try WireJSON.encode(Vectara.SessionRequest()), as: UTF8.self) == "{}")
    }

    @Test func theAgentOfTheContract() throws {
        #expect(try Contract.roundTrip(Self.agent, as: Vectara.Agent.self).name == "Customer Support")
        let own = Vectara.Agent(
            key: "guide", name: "Guide", createdAt: Timestamp(Date(timeIntervalSince1970: 0)))
        let written: JSONValue = try Contract.decode(
            String(decoding: try WireJSON.encode(own), as: UTF8.self))
        for field in ["key", "name", "tool_configurations", "model", "first_step", "enabled"] {
            #expect(written[field] != nil, "\(field)")
        }
    }

    @Test func pagesAlwaysHaveMetadata() throws {
        let last = Vectara.SessionPage(sessions: [], metadata: Vectara.PageMetadata())
        #expect(
            String(decoding: try WireJSON.encode(last), as: UTF8.self) == #"{"metadata":{},"sessions":[]}"#)
        let page = #"{"agents":[{"name":"no key"},{"key":"k"}],"metadata":{"page_key":"eyJvZmZzZXQiOjF9"}}"#
        let read: Vectara.AgentPage = try Contract.decode(page)
        #expect(read.agents.map(\.name) == ["k"])
        #expect(read.metadata.pageKey == "eyJvZmZzZXQiOjF9")
        #expect(try Contract.decode(#"{"agents":[]}"#, as: Vectara.AgentPage.self).metadata.pageKey == nil)
        #expect(
            try Contract.decode(#"{"agents":[],"metadata":{"page_key":""}}"#, as: Vectara.AgentPage.self)
                .metadata
                .pageKey == nil)
    }

    @Test func theInputOfTheContract() throws {
        let json = """
            {"type":"input_message","messages":[{"type":"text","content":"I'm having trouble with …"}],"stream_response":false}
            """
        let request = try Contract.roundTrip(json, as: Vectara.EventRequest.self)
        #expect(request == Vectara.EventRequest(text: "I'm having trouble with …", streamsResponse: false))
        #expect(
            try Contract.decode(#"{"messages":[]}"#, as: Vectara.EventRequest.self).type == "input_message")
        #expect(
            String(decoding: try WireJSON.encode(Vectara.EventRequest.interrupt), as: UTF8.self)
                == #"{"type":"interrupt"}"#)
    }

    @Test func eventsKeepWhatTheyCarry() throws {
        let json = """
            {"type":"tool_output","id":"aev_3","session_key":"s","tool_call_id":"c1","tool_configuration_name":"search",
             "tool_name":"corpora_search","tool_output":{"hits":[1,2]},"error":false,"created_at":"2024-01-15T10:30:00Z","new_field":null}
            """
        let event = try Contract.roundTrip(json, as: Vectara.Event.self)
        #expect(event.id == "aev_3")
        #expect(event.toolCallID == "c1")
        #expect(event.toolName == "search")
        #expect(Vectara.Event("x", fields: ["tool_key": "old"]).toolName == "old")
    }

    @Test func whatIsStreamedIsASCIIAndReadBack() throws {
        let event = Vectara.Event("streaming_agent_output", fields: ["content": "é\n\n😀"])
        let sent = try event.encoded()
        #expect(sent.encoded.utf8.allSatisfy { $0 < 0x80 })
        var decoder = ServerSentEventDecoder()
        let read = try decoder.decode(Array(sent.encoded.utf8))
        #expect(read.map { Vectara.Event($0) } == [event])
    }

    @Test func errorsInAllThreeForms() throws {
        let forms = [
            #"{"messages":["Session not found"],"request_id":"cb55516287bf4f3c963fcc4e5af3fe9f"}"#,
            #"{"id":"nope","messages":["Session not found"],"request_id":"r"}"#,
            #"{"field_errors":{"name":"must not be blank"},"messages":["Bad"],"request_id":"r"}"#,
        ]
        for form in forms {
            #expect(try Contract.roundTrip(form, as: Vectara.Failure.self).messages.count == 1)
        }
    }

    @Test func keysAreCheckedAsDocumented() {
        for key in ["a", "support_session-12345", String(repeating: "x", count: 50)] {
            #expect(Vectara.isKey(key))
        }
        for key in ["", "a b", "é", "a/b", "a\n", String(repeating: "x", count: 51)] {
            #expect(!Vectara.isKey(key))
        }
    }
}
