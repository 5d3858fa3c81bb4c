import AgentAPI
import SessionCore
import Wire

/// Turns the events of one turn, streamed or stored, into reply events. Pure.
struct VectaraReply {
    enum Outcome: Hashable {
        case complete
        /// The turn was stopped at the service.
        case interrupted
        case failed(String)
    }

    private(set) var outcome: Outcome?
    /// The tool calls of this turn, by id.
    private var tools: [String: Step] = [:]
    private var thinking: StreamedThinking?
    private var thoughts = 0
    private var others = 0
    /// The text that has streamed since the last whole output.
    private var streamed = ""
    private var hasText = false
    /// Whether the next text begins a new paragraph.
    private var isNewPiece = false

    mutating func apply(_ event: Vectara.Event) -> [ReplyEvent] {
        switch event.type {
        case "streaming_agent_output": return text(event.content ?? "")
        case "streaming_agent_output_end": return endText(event["event_id"]?.string)
        case "agent_output": return stored(event)
        case "structured_output": return structured(event)
        case "streaming_thinking": return think(event.content ?? "")
        case "streaming_thinking_end": return endThinking()
        case "thinking": return thought(event)
        case "tool_input", "tool_output", "tool_activity": return tool(event)
        case "error":
            let body = ErrorBody(.object(event.fields))
            outcome = .failed([body.code, body.text].compactMap(\.self).joined(separator: " · "))
            return []
        case "session_interrupted":
            outcome = .interrupted
            return []
        case "end":
            if outcome == nil { outcome = .complete }
            return []
        case "context_consumed": return usage(event["session_context_usage"])
        case "input_message": return []
        default: return [.step(step(event))]
        }
    }

    // MARK: Text

    private mutating func text(_ more: String) -> [ReplyEvent] {
        guard !more.isEmpty else { return [] }
        let separator = isNewPiece && hasText ? "\n\n" : ""
        if isNewPiece { streamed = "" }
        isNewPiece = false
        hasText = true
        streamed += more
        return [.text(separator + more)]
    }

    private mutating func endText(_ id: String?) -> [ReplyEvent] {
        isNewPiece = true
        return id.map { [.messageID($0)] } ?? []
    }

    /// A whole output; not emitted again if it has streamed.
    private mutating func stored(_ event: Vectara.Event) -> [ReplyEvent] {
        let content = event.content ?? ""
        defer { streamed = "" }
        if streamed == content { return endText(event.id) }
        isNewPiece = true
        return text(content) + endText(event.id)
    }

    private mutating func structured(_ event: Vectara.Event) -> [ReplyEvent] {
        isNewPiece = true
        let content = event["content"] ?? .null
        return text(content.string ?? "```json\n\(content.compact)\n```") + endText(event.id)
    }

    private func usage(_ usage: JSONValue?) -> [ReplyEvent] {
        func count(_ name: String) -> Int64? {
            if case .integer(let count)? = usage?[name]?["count"] { count } else { nil }
        }
        return TokenUsage(count("input_tokens"), count("output_tokens")).map { [.usage($0)] } ?? []
    }

    // MARK: Thinking

    private mutating func think(_ more: String) -> [ReplyEvent] {
        if thinking == nil {
            thoughts += 1
            thinking = StreamedThinking(id: "thinking:\(thoughts)")
        }
        return (thinking?.append(more)).map { [.step($0)] } ?? []
    }

    private mutating func endThinking() -> [ReplyEvent] {
        defer { thinking = nil }
        return thinking.map { [.step($0.step(.completed))] } ?? []
    }

    /// Stored thinking replaces what has just streamed.
    private mutating func thought(_ event: Vectara.Event) -> [ReplyEvent] {
        let content = event.content ?? ""
        var current = thinking ?? StreamedThinking(id: "")
        if thinking == nil {
            thoughts += 1
            current.id = event.id ?? "thinking:\(thoughts)"
        }
        thinking = nil
        if !content.isEmpty { current.text = content }
        return current.text.isEmpty ? [] : [.step(current.step(.completed))]
    }

    // MARK: Tools and the rest

    private mutating func tool(_ event: Vectara.Event) -> [ReplyEvent] {
        let id = event.toolCallID ?? event.id ?? "tool"
        var step = tools[id] ?? Step(id: id, kind: .tool, title: event.toolName ?? "tool", state: .running)
        switch event.type {
        case "tool_input":
            step.detail = event["tool_input"]?.readable ?? ""
        case "tool_output":
            step.state = event["error"] == .bool(true) ? .failed : .completed
            step.detail = Step.detail(step.detail, event["tool_output"]?.readable)
        default:
            let activity = event["message"]?.string ?? event["agent_event"]?["type"]?.string
            step.detail = Step.detail(step.detail, activity)
        }
        tools[id] = step
        return [.step(step)]
    }

    private mutating func step(_ event: Vectara.Event) -> Step {
        others += 1
        let id = event.id ?? "\(event.type):\(others)"
        func made(_ kind: Step.Kind, _ title: String, _ detail: String = "", _ state: Step.State = .completed)
            -> Step
        {
            Step(id: id, kind: kind, title: title, state: state, detail: detail)
        }
        func field(_ name: String) -> String { event[name]?.readable ?? "" }
        switch event.type {
        case "artifact_upload":
            return made(.artifact, "artifacts", Self.artifacts(event) + field("agent_upload_message"))
        case "image_read":
            return made(.artifact, "looked at an image", field("artifact_id"))
        case "skill_load":
            return made(.other, "skill \(field("skill_name"))", field("content"))
        case "step_transition":
            return made(.other, "\(field("from_step")) → \(field("to_step"))", field("content"))
        case "compaction":
            return made(.other, "earlier events summarised", field("summary_text"))
        case "compaction_started":
            return made(.other, "summarising earlier events")
        case "context_limit_exceeded", "step_transition_limit_exceeded":
            return made(.other, "limit reached", field("message"), .failed)
        case Vectara.Event.unreadable:
            return made(.other, event.type, ErrorBody(text: event.content ?? "").text)
        default:
            return made(.other, event.type, JSONValue.object(event.fields).compact)
        }
    }

    private static func artifacts(_ event: Vectara.Event) -> String {
        (event["artifacts"]?.elements ?? []).map { artifact in
            let size = artifact["size_bytes"].map { " (\($0.readable) bytes)" } ?? ""
            return (artifact["filename"]?.string ?? artifact["artifact_id"]?.readable ?? "") + size + "\n"
        }.joined()
    }
}
