import Foundation

/// The agent of a service that a task talks to.
public struct Agent: Hashable, Codable, Sendable {
    /// The service's own identifier of the agent.
    public var id: String
    /// What a person calls it.
    public var name: String

    public init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}

/// The name of an account in the configuration.
public typealias AccountName = String

/// Text that has not been sent, and the position of the cursor in it (in characters).
public struct Draft: Hashable, Codable, Sendable {
    public var text: String
    public var cursor: Int

    public init(text: String = "", cursor: Int = 0) {
        self.text = text
        self.cursor = cursor
    }

    public static let empty = Draft()

    /// The draft with a text in front of it that was not sent after all.
    public func returning(_ returned: String) -> Draft {
        let start = text.isEmpty ? returned : returned + "\n"
        return Draft(text: start + text, cursor: start.count + cursor)
    }
}

/// One conversation with one agent of one account. (Swift has its own `Task`.)
public struct ChatTask: Identifiable, Hashable, Sendable {
    /// 16 hexadecimal digits, drawn at random: stable, and short enough to type the start of.
    public struct ID: RawRepresentable, Hashable, Codable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static func random() -> ID {
            let digits = String(UInt64.random(in: .min ... .max), radix: 16)
            return ID(rawValue: String(repeating: "0", count: 16 - digits.count) + digits)
        }
    }

    /// How the last turn of the task ended, or that one is under way.
    public enum State: String, Codable, Sendable {
        /// Nothing has been sent, or the last turn ended well.
        case idle
        /// A turn is queued, sent, streaming or running.
        case running
        /// The agent asked something and waits for the answer.
        case waiting
        case failed
        case stopped
        /// The program died while a message was being sent: the person decides.
        case unconfirmed
    }

    public var id: ID
    public var account: AccountName
    public var agent: Agent
    /// The service's own name of the conversation (session id, task id); nil until there is one.
    public var serviceID: String?
    /// Whether `serviceID` was chosen here and the service has yet to accept the first message under it.
    public var serviceIDIsPending: Bool
    public var title: String
    /// Whether the title was taken from the first words and may be replaced by a better one.
    public var titleIsProvisional: Bool
    public var state: State
    public var createdAt: Date
    /// The last activity, by which the list is ordered.
    public var updatedAt: Date
    /// The last turn that has left the queue: `state` is about it.
    public var lastTurn: Turn.ID?
    public var draft: Draft
    /// How the next message of this task is sent.
    public var mode: Turn.Mode
    /// The last message that was read; answers after it are unread.
    public var lastRead: Message.ID?
    /// How many answers lie after `lastRead`: computed from the messages, never counted up; at most ``unreadLimit``.
    public var unread: Int
    public var isPinned: Bool
    public var isArchived: Bool
    /// When it was deleted; until that can no longer be taken back it is still here.
    public var deletedAt: Date?
    /// The task that this one was forked from, which may have been deleted.
    public var origin: ID?
    /// Grows with every change that is stored, other than of the draft: of two states of a task the higher one is newer.
    public var revision: Int64

    public static let unreadLimit = 1000

    public init(
        id: ID, account: AccountName, agent: Agent, serviceID: String? = nil,
        serviceIDIsPending: Bool = false, title: String = "", titleIsProvisional: Bool = true,
        state: State = .idle, createdAt: Date, updatedAt: Date, lastTurn: Turn.ID? = nil,
        draft: Draft = .empty, mode: Turn.Mode = .streamed, lastRead: Message.ID? = nil, unread: Int = 0,
        isPinned: Bool = false, isArchived: Bool = false, deletedAt: Date? = nil, origin: ID? = nil,
        revision: Int64 = 0
    ) {
        self.id = id
        self.account = account
        self.agent = agent
        self.serviceID = serviceID
        self.serviceIDIsPending = serviceIDIsPending
        self.title = title
        self.titleIsProvisional = titleIsProvisional
        self.state = state
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.lastTurn = lastTurn
        self.draft = draft
        self.mode = mode
        self.lastRead = lastRead
        self.unread = unread
        self.isPinned = isPinned
        self.isArchived = isArchived
        self.deletedAt = deletedAt
        self.origin = origin
        self.revision = revision
    }
}

extension ChatTask {
    /// Whether it is not among the tasks that are listed.
    public var isPutAway: Bool { isArchived || deletedAt != nil }

    /// Whether the last turn failed, or is unconfirmed, and the person has not seen that.
    public var hasUnseenFailure: Bool {
        guard state == .failed || state == .unconfirmed, let lastTurn else { return false }
        return lastRead ?? .min < Turn.replyID(of: lastTurn)
    }
}

extension ChatTask.State {
    /// - Parameter last: the state of the last turn that has left the queue.
    init(last: Turn.State?, hasQueue: Bool) {
        switch last {
        case nil, .done, .queued: self = hasQueue ? .running : .idle
        case .sending, .streaming, .running: self = .running
        case .waiting: self = .waiting
        case .failed, .truncated: self = .failed
        case .stopped: self = .stopped
        case .unconfirmed: self = .unconfirmed
        }
    }
}
