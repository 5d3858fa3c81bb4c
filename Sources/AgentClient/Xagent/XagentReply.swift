import AgentAPI
import SessionCore
import Wire

/// Turns the stream of one turn into reply events. Pure.
///
/// A message arrives as increments and then once more as a whole, a turn may have several, and its end repeats the last one: text that
/// was emitted is not emitted again.
struct XagentReply {
    /// How the stream ended.
    enum Outcome: Hashable {
        case complete
        /// The agent has asked a question.
        case waiting
        case failed(String?)
        /// The stream does not say how the turn ended: poll.
        case unknown
    }

    private struct Part {
        var id: String
        var text: String
    }

    private(set) var outcome: Outcome?
    private var parts: [Part] = []

    mutating func apply(_ event: Xagent.Event) -> [ReplyEvent] {
        switch event {
        case .status: return []
        case .step(let step): return apply(step)
        case .delta(let id, let text): return append(text, to: id)
        case .message(let id, let content, let isCut): return complete(id, content, isCut: isCut)
        case .completed(let status, let output, let error): return end(status, output, error)
        case .inputRequired(let prompt, _):
            outcome = prompt == nil ? .unknown : .waiting
            return prompt.map { [.question($0)] } ?? []
        case .streamError:
            outcome = .unknown
            return []
        case .other(let name, let data):
            let detail = name == Xagent.Event.unreadable ? ErrorBody(text: data.readable).text : data.compact
            return [.step(Step(id: name, kind: .other, title: name, state: .completed, detail: detail))]
        }
    }

    private var text: String { parts.map(\.text).joined(separator: "\n\n") }

    private mutating func apply(_ step: Xagent.Step) -> [ReplyEvent] {
        guard let (role, text) = step.message else { return [.step(Step(step))] }
        guard role == .agent, step.status != "running" else { return [] }
        return complete(step.id, text, isCut: false)
    }

    private mutating func append(_ text: String, to id: String) -> [ReplyEvent] {
        guard let index = parts.firstIndex(where: { $0.id == id }) else {
            let separator = parts.isEmpty ? "" : "\n\n"
            parts.append(Part(id: id, text: text))
            return [.text(separator + text)]
        }
        parts[index].text += text
        return index == parts.count - 1 ? [.text(text)] : [.wholeText(self.text)]
    }

    private mutating func complete(_ id: String, _ content: String, isCut: Bool) -> [ReplyEvent] {
        // The stream and the steps name the same message differently.
        let isSame: (Part) -> Bool = { $0.text == content || !$0.text.isEmpty && content.hasPrefix($0.text) }
        let named = parts.firstIndex { $0.id == id }
        guard let index = named ?? parts.firstIndex(where: isSame) else { return append(content, to: id) }
        let known = parts[index].text
        if known == content || isCut && known.utf8.count >= content.utf8.count { return [] }
        parts[index].text = content
        guard index == parts.count - 1, content.hasPrefix(known) else { return [.wholeText(text)] }
        return [.text(String(content.dropFirst(known.count)))]
    }

    private mutating func end(_ status: String, _ output: String?, _ error: String?) -> [ReplyEvent] {
        if Xagent.Phase(status) == .failed {
            outcome = .failed(error)
            return []
        }
        outcome = .complete
        guard let output, !text.hasSuffix(output) else { return [] }
        if parts.count > 1 { return append(output, to: "output") }
        parts = [Part(id: "output", text: output)]
        return [.wholeText(output)]
    }
}
