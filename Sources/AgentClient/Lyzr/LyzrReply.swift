import AgentAPI
import SessionCore

/// Puts what a stream brings together. Pure.
struct LyzrReply {
    private var thinking: GrowingThought?
    private var calls = 0

    /// - Throws: ``ServiceError`` where the service says that the turn failed.
    mutating func take(_ event: Lyzr.StreamDecoder.Event) throws -> [ReplyEvent] {
        switch event {
        case .text(let text):
            return finish() + [.text(text)]
        case .thinking(let more):
            if thinking == nil { thinking = GrowingThought(id: Self.thoughtID) }
            return (thinking?.add(more)).map { [.step($0)] } ?? []
        case .toolCall(let id, let name, let arguments):
            calls += 1
            let step = Step(
                id: id ?? "tool:\(calls):\(name)", kind: .tool, title: name, state: .completed,
                detail: arguments.readable)
            return finish() + [.step(step)]
        case .failed(let words):
            throw ServiceError(
                .service, "The agent could not finish its reply. Send the message again.", detail: words)
        }
    }

    /// The reply is over, or the thinking is.
    mutating func finish() -> [ReplyEvent] {
        defer { thinking = nil }
        return thinking.map { [.step($0.step(.completed))] } ?? []
    }

    /// An answer that came in one piece.
    static func whole(_ answer: String) -> [ReplyEvent] {
        let (thinking, text) = Lyzr.Thoughts.split(answer)
        return (thinking.isEmpty ? [] : [.step(thought(thinking))]) + [.wholeText(text)]
    }

    static func thought(_ text: String) -> Step {
        Step(id: thoughtID, kind: .thinking, title: "thinking", state: .completed, detail: text)
    }

    private static let thoughtID = "thinking:1"
}
