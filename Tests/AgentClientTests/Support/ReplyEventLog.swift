import SessionCore
import TestSupport

extension EventLog<ReplyEvent> {
    /// What the turn is polled by.
    var ticket: String? {
        events.lazy.compactMap { if case .ticket(let id) = $0 { id } else { nil } }.first
    }

    /// The text of the reply as a person would see it.
    var text: String {
        events.reduce(into: "") { text, event in
            switch event {
            case .text(let more): text += more
            case .wholeText(let whole): text = whole
            default: break
            }
        }
    }
}
