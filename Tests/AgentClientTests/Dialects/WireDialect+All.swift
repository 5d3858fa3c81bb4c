import AgentAPI
import Foundation
import SessionCore
import TestSupport

@testable import AgentClient

extension WireDialect {
    /// Every service, in every way in which it answers.
    static let all = [lyzr, lyzrV3, xagent, xagentPolled, aui, vectara]

    private static let notFound = WireAnswer("404 Not Found", json: #"{"detail":"Not Found"}"#)

    private static func stream(_ events: [String], _ status: String = "200 OK") -> WireAnswer {
        WireAnswer(status, type: "text/event-stream", events.map { $0 + "\n\n" })
    }

    static let lyzr = WireDialect(
        testDescription: "Lyzr v2", kind: .lyzr, agent: Fixture.agent, session: "session123",
        answer: { request in
            request.method == "POST"
                ? WireAnswer(
                    type: "text/plain; charset=utf-8", ["LYZR_", "AGENT: Hello ca", "fé 😀, all", " is well."])
                : WireAnswer(
                    json: #"[{"role":"user","content":"Hi","created_at":"2024-08-30T09:41:44.355000"}]"#)
        },
        bringsReply: { $0.method == "POST" }, isMessage: { $0.method == "POST" }, text: text,
        whenCut: .truncated, whenShort: .complete, whenStalled: .failed(.interrupted))

    static let lyzrV3 = WireDialect(
        testDescription: "Lyzr v3", kind: .lyzr, path: "/v3", agent: Fixture.agent, session: "session123",
        answer: { request in
            request.method == "POST"
                ? stream([
                    "data: Hello ca", "data: fé 😀", "data: {\"delta\":\", all is well.\"}", "data: [DONE]",
                ])
                : WireAnswer(
                    json: #"[{"role":"user","content":"Hi","created_at":"2024-08-30T09:41:44.355000"}]"#)
        },
        bringsReply: { $0.method == "POST" }, isMessage: { $0.method == "POST" }, text: text,
        whenCut: .truncated, whenShort: .truncated, whenStalled: .failed(.interrupted))

    private static func chatTask(_ request: SentRequest, events: WireAnswer) -> WireAnswer {
        if request.method == "POST" {
            return WireAnswer(
                "202 Accepted",
                json: #"{"task_id":10,"agent_id":7,"status":"running","accepted_at":"2026-05-10T03:01:00Z"}"#)
        }
        if request.target.hasSuffix("/events") { return events }
        if request.target.hasSuffix("/steps") {
            return WireAnswer(
                json:
                    #"{"task_id":10,"agent_id":7,"steps":[{"id":"message:user:1","type":"message","status":"completed","started_at":"2026-05-10T03:00:00Z","completed_at":"2026-05-10T03:00:00Z","data":{"role":"user","content":"Hi"}},{"id":"thinking:plan:1","type":"thinking","status":"completed","started_at":"2026-05-10T03:00:01Z","completed_at":"2026-05-10T03:00:02Z","data":{"phase":"planning"}},{"id":"message:assistant:1","type":"message","status":"completed","started_at":"2026-05-10T03:00:05Z","completed_at":"2026-05-10T03:00:05Z","data":{"role":"assistant","content":"Hello café 😀, all is well."}}]}"#
            )
        }
        return WireAnswer(
            json:
                #"{"task_id":10,"agent_id":7,"status":"completed","input":"Hi","output":"Hello café 😀, all is well.","error":null,"created_at":"2026-05-10T03:00:00Z","completed_at":"2026-05-10T03:00:05Z"}"#
        )
    }

    /// A stream that breaks is made good by polling.
    static let xagent = WireDialect(
        testDescription: "chat tasks, streamed", kind: .xagent, agent: Agent(id: "7", name: "Flash"),
        session: "10",
        answer: { request in
            chatTask(
                request,
                events: stream([
                    #"event: task.status\#ndata: {"status":"running"}"#,
                    #"event: message.delta\#ndata: {"message_id":"live:1","text":"Hello ca"}"#,
                    #"event: message.delta\#ndata: {"message_id":"live:1","text":"fé 😀, all is well."}"#,
                    #"event: message.completed\#ndata: {"message_id":"live:1","content":"Hello café 😀, all is well."}"#,
                    #"event: task.completed\#ndata: {"status":"completed","output":"Hello café 😀, all is well.","error":null}"#,
                ]))
        },
        bringsReply: { $0.target.hasSuffix("/events") }, isMessage: { $0.method == "POST" }, text: text,
        whenCut: .complete, whenShort: .complete, whenStalled: .complete)

    /// A service without the event stream.
    static let xagentPolled = WireDialect(
        testDescription: "chat tasks, polled", kind: .xagent, agent: Agent(id: "7", name: "Flash"),
        session: "10", answer: { chatTask($0, events: notFound) },
        bringsReply: { $0.target.hasSuffix("/tasks/10") }, isMessage: { $0.method == "POST" }, text: text,
        whenCut: .failed(.interrupted), whenShort: .failed(.unreadable), whenStalled: .failed(.interrupted))

    static let aui = WireDialect(
        testDescription: "AUI, posted", kind: .aui, agent: Fixture.agent, session: "68e78d0dc5a4b19a030d03d6",
        answer: { request in
            let message =
                #"{"id":"m1","created_at":"2025-10-09 12:26:07.576000","text":"Hello café 😀, all is well.","sender":{"id":"a","type":"agent","email":null},"receiver":{"id":"u","type":"user","email":null},"options":[{"is_recommended":false,"widget_parameters":[{"title":"Product name","value":"Oven","type":"string"},{"title":"Price","value":358.08,"type":"numeric"}]}],"variants_options":[],"followup_suggestions":["More"]}"#
            if request.headers["upgrade"] != nil { return notFound }
            return WireAnswer(json: request.method == "POST" ? message : "[\(message)]")
        },
        bringsReply: { $0.method == "POST" }, isMessage: { $0.method == "POST" }, text: text,
        whenCut: .failed(.interrupted), whenShort: .failed(.unreadable), whenStalled: .failed(.interrupted))

    static let vectara = WireDialect(
        testDescription: "Vectara", kind: .vectara, agent: Agent(id: "customer_support", name: "Support"),
        session: "s1",
        answer: { request in
            guard request.method == "POST" else {
                return WireAnswer(
                    json:
                        #"{"events":[{"type":"input_message","id":"aev_1","session_key":"s1","messages":[{"type":"text","content":"Hi"}],"created_at":"2024-01-15T10:30:00Z"}],"metadata":{}}"#
                )
            }
            return stream(
                [
                    #"data: {"type":"input_message","id":"aev_1","session_key":"s1","messages":[{"type":"text","content":"Hi"}],"created_at":"2024-01-15T10:30:00Z"}"#,
                    #"data: {"type":"thinking","id":"aev_2","content":"hm","created_at":"2024-01-15T10:30:00Z"}"#,
                    #"data: {"type":"tool_input","id":"aev_3","tool_call_id":"c","tool_configuration_name":"search","tool_name":"t","tool_input":{"q":"x"},"created_at":"2024-01-15T10:30:00Z"}"#,
                    #"data: {"type":"streaming_agent_output","content":"Hello caf\u00e9","created_at":"2024-01-15T10:30:01Z"}"#,
                    #"data: {"type":"streaming_agent_output","content":" 😀, all is well.","created_at":"2024-01-15T10:30:01Z"}"#,
                    #"data: {"type":"streaming_agent_output_end","event_id":"aev_4","created_at":"2024-01-15T10:30:02Z"}"#,
                    #"data: {"type":"end"}"#,
                ], "201 Created")
        },
        bringsReply: { $0.method == "POST" }, isMessage: { $0.method == "POST" }, text: text,
        whenCut: .truncated, whenShort: .truncated, whenStalled: .failed(.interrupted))
}
