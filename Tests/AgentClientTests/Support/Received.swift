import SessionCore
import Synchronization

/// What a reply brought.
final class Received: Sendable {
    private let log = Mutex<[ReplyEvent]>([])

    var events: [ReplyEvent] { log.withLock { $0 } }

    /// The text as a person would see it.
    var text: String {
        events.reduce(into: "") { text, event in
            switch event {
            case .text(let more): text += more
            case .wholeText(let whole): text = whole
            default: break
            }
        }
    }

    @Sendable func take(_ event: ReplyEvent) { log.withLock { $0.append(event) } }
}
