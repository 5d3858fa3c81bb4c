import Foundation

/// One message of the person and what came of it.
public struct Turn: Identifiable, Hashable, Sendable {
    public typealias ID = Int64

    public enum Mode: String, Codable, Sendable {
        /// The answer streams in on the connection that sent the message.
        case streamed
        /// The service works on it by itself and is asked until it has ended.
        case background
    }

    /// Streamed: `queued → sending → streaming → done`. Background: `queued → sending → running → done`.
    public enum State: String, Codable, Sendable {
        /// Stored, behind the turn before it.
        case queued
        /// On its way: the service may or may not have it.
        case sending
        case streaming
        /// The service has accepted it and is polled.
        case running
        /// The agent asked something; the next message answers it.
        case waiting
        case done
        case failed
        case stopped
        /// The reply broke off: what arrived is kept.
        case truncated
        /// It was being sent when the program died. Only the person can send it again.
        case unconfirmed

        /// Whether it has ended: nothing happens to it any more unless the person acts.
        public var isOver: Bool {
            switch self {
            case .queued, .sending, .streaming, .running: false
            case .waiting, .done, .failed, .stopped, .truncated, .unconfirmed: true
            }
        }
    }

    public var id: ID
    public var task: ChatTask.ID
    public var mode: Mode
    public var state: State
    /// The person's message.
    public var message: Message.ID
    /// The answer; nil until something of it has arrived.
    public var reply: Message.ID?
    /// The service's name of a background turn, by which it is polled.
    public var ticket: String?
    /// Why it failed or broke off; of a running turn, why the last poll failed.
    public var failure: ServiceError?
    /// Grows with every attempt: an answer to an earlier one is stale and dropped.
    public var generation: Int
    /// When its message left; of a queued one, when it was stored.
    public var startedAt: Date
    public var endedAt: Date?

    public init(
        id: ID, task: ChatTask.ID, mode: Mode, state: State = .queued, message: Message.ID,
        reply: Message.ID? = nil, ticket: String? = nil, failure: ServiceError? = nil, generation: Int = 0,
        startedAt: Date, endedAt: Date? = nil
    ) {
        self.id = id
        self.task = task
        self.mode = mode
        self.state = state
        self.message = message
        self.reply = reply
        self.ticket = ticket
        self.failure = failure
        self.generation = generation
        self.startedAt = startedAt
        self.endedAt = endedAt
    }
}

extension Turn {
    /// Whether something works on it: it has left the queue and has not ended.
    public var isUnderWay: Bool { state != .queued && !state.isOver }

    /// The id that the reply to a message has, or would have.
    public static func replyID(of message: Message.ID) -> Message.ID { message + 1 }

    /// Whether the core accepts ``Intent/retry(_:)`` of it: its message can be sent once more, in its place or behind the others.
    /// A queued turn is not retried but released.
    public var canBeRetried: Bool {
        switch state {
        case .failed, .stopped, .truncated, .unconfirmed: true
        case .queued, .sending, .streaming, .running, .waiting, .done: false
        }
    }

    /// Whether to suggest a retry: sending the same message again may help, with nothing else changed. After a failure that needs
    /// something changed first (a key, the message itself) it is still possible, see ``canBeRetried``.
    public var offersRetry: Bool { canBeRetried && (state != .failed || failure?.isRetryable ?? true) }

    /// Whether the core accepts ``Intent/takeBack(_:)`` of it: its message can go back into the draft.
    public var canBeTakenBack: Bool { state == .queued || canBeRetried }
}
