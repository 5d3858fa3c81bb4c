import AgentAPI
import SessionCore

/// Turns a stream's events into reply events. Pure.
struct LyzrReply {
    private var thinking: StreamedThinking?
    private var thoughts = 0
    private var calls = 0
    /// The tool calls, by their id.
    private var tools: [String: Step] = [:]

    /// - Throws: ``ServiceError`` if the service reports that the turn failed.
    mutating func apply(_ event: Lyzr.StreamDecoder.Event) throws -> [ReplyEvent] {
        switch event {
        case .text(let text):
            return endThinking() + [.text(text)]
        case .thinking(let more):
            if thinking == nil {
                thoughts += 1
                thinking = StreamedThinking(id: Self.thoughtID(thoughts))
            }
            return (thinking?.append(more)).map { [.step($0)] } ?? []
        case .toolCall(let id, let name, let arguments):
            calls += 1
            let step = Step(
                id: id ?? "tool:\(calls):\(name)", kind: .tool, title: name, state: .completed,
                detail: arguments.readable)
            tools[step.id] = step
            return endThinking() + [.step(step)]
        case .toolResult(let id, let output, let isError):
            guard var step = tools[id] else { return [] }
            step.detail = Step.detail(step.detail, output.readable)
            step.state = isError ? .failed : .completed
            tools[id] = step
            return [.step(step)]
        case .format(let format):
            return Message.Format(rawValue: format).map { [.format($0)] } ?? []
        case .usage(let input, let output):
            return TokenUsage(input, output).map { [.usage($0)] } ?? []
        case .unexpectedPage:
            return []
        case .failed(let words):
            throw ServiceError(
                .service, "The agent could not finish its reply. Send the message again.", detail: words)
        }
    }

    /// The thinking is over, or the reply.
    mutating func endThinking() -> [ReplyEvent] {
        defer { thinking = nil }
        return thinking.map { [.step($0.step(.completed))] } ?? []
    }

    /// The events of an answer that arrived whole.
    static func whole(_ answer: String, _ metadata: Lyzr.ReplyMetadata) -> [ReplyEvent] {
        let (thinking, text) = Lyzr.Thoughts.split(answer)
        let format = metadata.messageFormat
        return (format == .markdown ? [] : [.format(format)])
            + (thinking.isEmpty ? [] : [.step(thought(thinking))]) + [.wholeText(text)]
            + (metadata.tokenUsage.map { [.usage($0)] } ?? [])
    }

    static func thought(_ text: String) -> Step {
        Step(id: thoughtID(1), kind: .thinking, title: "thinking", state: .completed, detail: text)
    }

    /// Thoughts are counted: a tool call within one ends it, and the rest is another step.
    private static func thoughtID(_ number: Int) -> String { "thinking:\(number)" }
}

extension Lyzr.ReplyMetadata {
    var messageFormat: Message.Format { format.flatMap(Message.Format.init) ?? .markdown }
    var tokenUsage: TokenUsage? { TokenUsage(input, output) }
}

extension TokenUsage {
    /// Numbers as a service gives them.
    init?(_ input: Int64?, _ output: Int64?) {
        self.init(input: input.map { Int(clamping: $0) }, output: output.map { Int(clamping: $0) })
    }
}
