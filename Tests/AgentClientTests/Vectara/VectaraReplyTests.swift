import AgentAPI
import SessionCore
import TestSupport
import Testing
import Wire

@testable import AgentClient

@Suite struct VectaraReplyTests {
    private func apply(_ events: [Vectara.Event]) -> (emitted: [ReplyEvent], outcome: VectaraReply.Outcome?) {
        var reply = VectaraReply()
        let emitted = events.flatMap { reply.apply($0) }
        return (emitted, reply.outcome)
    }

    private func event(_ type: String, _ fields: [String: JSONValue] = [:], id: String? = nil)
        -> Vectara.Event
    {
        Vectara.Event(type, id: id, fields: fields)
    }

    private func chunk(_ text: String) -> Vectara.Event {
        event("streaming_agent_output", ["content": .string(text)])
    }

    @Test func textStreamsAndGetsItsID() {
        let (emitted, outcome) = apply([
            event("input_message", id: "aev_1"), chunk("I can "), chunk("help"),
            event("streaming_agent_output_end", ["event_id": "aev_2"]), event("end"),
        ])
        #expect(emitted == [.text("I can "), .text("help"), .messageID("aev_2")])
        #expect(outcome == .complete)
    }

    @Test func aStoredOutputIsNotToldTwice() {
        let stored = event("agent_output", ["content": "I can help"], id: "aev_2")
        #expect(
            apply([chunk("I can "), chunk("help"), stored]).emitted == [
                .text("I can "), .text("help"), .messageID("aev_2"),
            ])
        let end = event("streaming_agent_output_end")
        #expect(
            apply([chunk("I can help"), end, stored]).emitted == [.text("I can help"), .messageID("aev_2")])
        #expect(apply([stored]).emitted == [.text("I can help"), .messageID("aev_2")])
    }

    @Test func piecesOfTextStandBelowOneAnother() {
        let end = event("streaming_agent_output_end")
        let (emitted, _) = apply([
            chunk("One."), end, event("tool_input", ["tool_call_id": "c"]), chunk("Two"), chunk("."), end,
        ])
        let text = emitted.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined()
        #expect(text == "One.\n\nTwo.")
    }

    @Test func thinkingGrowsAndEnds() {
        let thought = (0..<200).map { event("streaming_thinking", ["content": .string("word \($0) ")]) }
        let (emitted, _) = apply(
            thought + [event("streaming_thinking_end"), event("streaming_thinking", ["content": "again"])])
        let steps = emitted.compactMap { if case .step(let step) = $0 { step } else { nil } }
        #expect(Set(steps.map(\.id)) == ["thinking:1", "thinking:2"])
        // Each telling repeats the whole: there must not be one per increment.
        #expect(steps.count < 60)
        let last = steps.last { $0.id == "thinking:1" }
        #expect(last?.state == .completed)
        #expect(last?.detail.hasSuffix("word 199 ") == true)
        #expect(steps.first?.state == .running)
    }

    @Test func storedThinkingTakesThePlaceOfStreamedThinking() {
        let (emitted, _) = apply([
            event("streaming_thinking", ["content": "a"]), event("thinking", ["content": "ab"], id: "aev_9"),
        ])
        #expect(
            emitted.last
                == .step(
                    Step(
                        id: "thinking:1", kind: .thinking, title: "thinking", state: .completed, detail: "ab")
                ))
        let alone = apply([event("thinking", ["content": "ab"], id: "aev_9")]).emitted
        #expect(
            alone == [
                .step(Step(id: "aev_9", kind: .thinking, title: "thinking", state: .completed, detail: "ab"))
            ])
    }

    @Test func aToolIsOneStep() {
        let call: [String: JSONValue] = ["tool_call_id": "c1", "tool_configuration_name": "search"]
        let (emitted, _) = apply([
            event("tool_input", call.merging(["tool_input": ["query": "x"]]) { $1 }, id: "aev_1"),
            event("tool_activity", ["tool_call_id": "c1", "activity_type": "generic", "message": "asking"]),
            event(
                "tool_output", call.merging(["tool_output": ["hits": 2], "error": true]) { $1 }, id: "aev_2"),
        ])
        let steps = emitted.compactMap { if case .step(let step) = $0 { step } else { nil } }
        #expect(steps.map(\.id) == ["c1", "c1", "c1"])
        #expect(steps.map(\.state) == [.running, .running, .failed])
        #expect(steps.last?.title == "search")
        #expect(steps.last?.detail == "{\"query\":\"x\"}\n\nasking\n\n{\"hits\":2}")
    }

    static let others: [(String, [String: JSONValue], Step.Kind, String)] = [
        (
            "artifact_upload", ["artifacts": [["filename": "a.csv", "size_bytes": 12]]], .artifact,
            "a.csv (12 bytes)"
        ),
        ("image_read", ["artifact_id": "art_1"], .artifact, "art_1"),
        ("skill_load", ["skill_name": "sql", "content": "SELECT"], .other, "SELECT"),
        ("step_transition", ["from_step": "a", "to_step": "b", "content": "why"], .other, "why"),
        ("compaction", ["summary_text": "so far"], .other, "so far"),
        ("compaction_started", [:], .other, ""),
        ("context_limit_exceeded", ["message": "too long"], .other, "too long"),
        ("client_tool_pending", ["pending_calls": [["tool_name": "x"]]], .other, "\"tool_name\":\"x\""),
        ("brand_new_event", ["text": "something"], .other, "something"),
    ]

    @Test("Events without a text of their own are shown as steps, new ones too", arguments: others)
    func step(type: String, fields: [String: JSONValue], kind: Step.Kind, detail: String) throws {
        let (emitted, outcome) = apply([event(type, fields, id: "aev_1")])
        guard case .step(let step) = try #require(emitted.first) else {
            Issue.record("\(emitted)")
            return
        }
        #expect(step.id == "aev_1")
        #expect(step.kind == kind)
        #expect(detail.isEmpty ? step.detail.isEmpty : step.detail.contains(detail))
        #expect(!step.title.isEmpty)
        #expect(outcome == nil)
    }

    @Test func structuredOutputIsShown() {
        let (emitted, _) = apply([event("structured_output", ["schema_name": "s", "content": ["a": 1]])])
        #expect(emitted == [.text("```json\n{\"a\":1}\n```")])
    }

    @Test func everyEndIsToldApart() {
        #expect(apply([event("error", ["messages": ["Model failed"]])]).outcome == .failed("Model failed"))
        #expect(apply([event("session_interrupted"), event("end")]).outcome == .interrupted)
        #expect(apply([chunk("x")]).outcome == nil)
    }
}
