import Foundation

/// What has become of a turn, in words for a person.
public struct TurnOutcome: Hashable, Sendable {
    /// One line without its end, such as `failed: The key is wrong.`
    public var text: String
    /// The service's own words, its code word and the HTTP status, as far as there are any.
    public var detail: String?
    /// When the message may be sent again, where the service said so.
    public var retryAt: Date?
}

extension Message {
    /// Whether it is a reply that shows neither text nor cards.
    public var isWithoutText: Bool {
        role == .agent && extras.cards.isEmpty && text.allSatisfy(\.isWhitespace)
    }
}

extension Turn {
    /// What has become of it; nil for a turn whose reply speaks for itself.
    /// - Parameter isWithoutText: whether the reply shows neither text nor cards.
    public func outcome(isWithoutText: Bool) -> TurnOutcome? {
        let detail = failure?.detail.flatMap { $0.isEmpty ? nil : $0 }
        switch state {
        case .queued:
            guard failure?.kind == .busy else {
                return TurnOutcome(text: "queued: sent when the turn before it ends")
            }
            let text =
                "queued: the service is busy with another turn of this task and has not accepted this one; "
                + "it is sent when that turn ends"
            return TurnOutcome(text: text, detail: detail)
        case .sending: return TurnOutcome(text: "sending…")
        case .streaming: return TurnOutcome(text: "…")
        case .running:
            return TurnOutcome(text: "running in the background…", detail: detail, retryAt: failure?.retryAt)
        case .waiting: return TurnOutcome(text: "waits for your answer: send it as the next message")
        case .done: return isWithoutText ? TurnOutcome(text: "the agent answered without text") : nil
        case .stopped: return TurnOutcome(text: "stopped")
        case .truncated:
            let text = failure.flatMap { $0.kind == .tooLong ? "cut off here: " + $0.message : nil }
            return TurnOutcome(text: text ?? "the reply broke off here", detail: detail)
        case .unconfirmed:
            let reason =
                failure.map { $0.message + " The service may have it" }
                ?? "Parley ended while this was being sent, and the service may have it"
            return TurnOutcome(text: "not confirmed: " + reason, detail: detail)
        case .failed:
            let text = failure.map { "failed: " + $0.message } ?? "failed"
            return TurnOutcome(text: text, detail: detail, retryAt: failure?.retryAt)
        }
    }
}
