import Foundation
import Storage

/// What a service can do. The interface offers nothing else.
public struct Capabilities: OptionSet, Hashable, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Replies arrive in pieces (``AgentService/reply(to:receive:)``).
    public static let streams = Capabilities(rawValue: 1 << 0)
    /// Turns that run by themselves and are polled (``AgentService/begin(_:)``, ``AgentService/poll(_:)``).
    public static let background = Capabilities(rawValue: 1 << 1)
    public static let listsTasks = Capabilities(rawValue: 1 << 2)
    public static let history = Capabilities(rawValue: 1 << 3)
    /// A running turn can be stopped at the service, beyond closing the connection.
    public static let interrupts = Capabilities(rawValue: 1 << 4)
    public static let forks = Capabilities(rawValue: 1 << 5)
    public static let renames = Capabilities(rawValue: 1 << 6)
    public static let deletes = Capabilities(rawValue: 1 << 7)
    public static let listsAgents = Capabilities(rawValue: 1 << 8)
    /// The service opens a conversation itself, before the first message (a welcome message, suggestions).
    public static let opens = Capabilities(rawValue: 1 << 9)
    /// The service refuses a message while a conversation is busy, and can be asked whether it still is
    /// (``AgentService/isBusy(_:)``).
    public static let reportsBusy = Capabilities(rawValue: 1 << 10)
}

extension Capabilities {
    /// The mode, if the service has it, else the other one.
    func possibleMode(_ mode: Turn.Mode) -> Turn.Mode {
        switch mode {
        case .streamed: !contains(.streams) && contains(.background) ? .background : .streamed
        case .background: contains(.background) ? .background : .streamed
        }
    }
}

/// The conversation a request belongs to, as a service needs to know it.
public struct Conversation: Hashable, Sendable {
    /// Our id, from which a service that lets the client choose may derive its own.
    public var task: ChatTask.ID
    public var agent: Agent
    /// The service's id; nil before there is one.
    public var serviceID: String?
    public var title: String

    public init(task: ChatTask.ID, agent: Agent, serviceID: String?, title: String) {
        self.task = task
        self.agent = agent
        self.serviceID = serviceID
        self.title = title
    }
}

extension Conversation {
    init(_ task: ChatTask) {
        self.init(task: task.id, agent: task.agent, serviceID: task.serviceID, title: task.title)
    }
}

/// A message to send.
public struct TurnRequest: Hashable, Sendable {
    public var conversation: Conversation
    public var text: String

    public init(conversation: Conversation, text: String) {
        self.conversation = conversation
        self.text = text
    }

    /// The title of the conversation, or one from the first words of the message; empty if there is no word in either.
    public var title: String {
        conversation.title.isEmpty ? Title.provisional(for: text) : conversation.title
    }
}

/// What arrives of a reply, in order.
public enum ReplyEvent: Hashable, Sendable {
    /// The service has accepted the message; its id of the conversation.
    case accepted(serviceID: String)
    /// More text, appended to what came before.
    case text(String)
    /// The whole text so far, in place of what came before.
    case wholeText(String)
    /// A step began or changed; the same id replaces the earlier report.
    case step(Step)
    case cards([Card])
    case suggestions([String])
    /// The service's id of the reply.
    case messageID(String)
    /// How the text is meant to be read; before any of it.
    case format(Message.Format)
    /// What the reply has cost.
    case usage(TokenUsage)
    /// A better title for the task.
    case title(String)
    /// The agent asks this and waits.
    case question(String)
    /// The service works on the turn by itself, under this name: when the connection ends before the reply, it is polled.
    case ticket(String)
}

/// How a streamed reply ended, when it did not fail.
public enum ReplyEnd: Hashable, Sendable {
    case complete
    /// The connection ended without the end that the contract promises.
    case truncated
    /// The agent asked something; the next message answers it.
    case waiting
}

/// A background turn as the service knows it.
public struct Ticket: Hashable, Sendable {
    /// By which it is polled.
    public var id: String
    public var conversation: Conversation

    public init(id: String, conversation: Conversation) {
        self.id = id
        self.conversation = conversation
    }
}

/// The answer to a poll.
public struct PollAnswer: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        case running
        case done
        case waiting
        case failed(ServiceError)
    }

    public var state: State
    /// The reply so far; all of it when done.
    public var events: [ReplyEvent]

    public init(_ state: State, events: [ReplyEvent] = []) {
        self.state = state
        self.events = events
    }
}

/// A conversation as a service lists it.
public struct RemoteTask: Hashable, Sendable {
    public var serviceID: String
    public var agent: Agent
    public var title: String
    public var updatedAt: Date?

    public init(serviceID: String, agent: Agent, title: String, updatedAt: Date? = nil) {
        self.serviceID = serviceID
        self.agent = agent
        self.title = title
        self.updatedAt = updatedAt
    }
}

/// A message as a service keeps it.
public struct RemoteMessage: Hashable, Sendable {
    public var serviceID: String?
    public var role: Message.Role
    public var text: String
    public var at: Date?
    public var extras: Extras
    public var format: Message.Format
    public var usage: TokenUsage?

    public init(
        serviceID: String? = nil, role: Message.Role, text: String, at: Date? = nil,
        extras: Extras = Extras(), format: Message.Format = .markdown, usage: TokenUsage? = nil
    ) {
        self.serviceID = serviceID
        self.role = role
        self.text = text
        self.at = at
        self.extras = extras
        self.format = format
        self.usage = usage
    }
}

/// The message up to which a conversation is forked.
public struct ForkPoint: Hashable, Sendable {
    /// The service's id of it.
    public var serviceID: String?
    /// The last messages up to and including it, oldest first: they show the place where the service names no messages.
    public var words: [RemoteMessage]

    public init(serviceID: String? = nil, words: [RemoteMessage]) {
        self.serviceID = serviceID
        self.words = words
    }

    /// How many messages show a place with certainty.
    static let certainty = 6
}

extension ServiceError {
    /// The service cannot say which message is meant.
    public static let unknownForkPoint = ServiceError(
        .invalid,
        "The service has no id for this message, so the task cannot be forked here. Fork it at an answer.")
}

/// One page of a listing.
public struct Page<Element: Sendable>: Sendable {
    public var elements: [Element]
    /// What asks for the next page, opaque; nil on the last one.
    public var next: String?

    public init(_ elements: [Element], next: String? = nil) {
        self.elements = elements
        self.next = next
    }
}

/// The one protocol between the session manager and a service. Every call throws ``ServiceError``, or
/// `CancellationError` when the calling task was cancelled, which closes the connection at once.
/// No call sends a message twice; calls that only read may be retried.
public protocol AgentService: Sendable {
    var capabilities: Capabilities { get }

    /// The service's id of a conversation that is about to begin, where the client chooses it; nil where the service does. The
    /// same for the same task.
    func chosenID(for conversation: Conversation) -> String?

    /// Sends a message and passes on the reply as it arrives. `receive` is awaited for each event: a slow receiver
    /// holds the connection back.
    func reply(
        to request: TurnRequest, receive: @Sendable @concurrent (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd

    /// Sends a message for the service to work on in the background.
    func begin(_ request: TurnRequest) async throws -> Ticket
    /// Asks once for the state of a background turn.
    func poll(_ ticket: Ticket) async throws -> PollAnswer
    /// Whether a turn is under way in the conversation, so that a message would be refused.
    func isBusy(_ conversation: Conversation) async throws -> Bool
    /// Stops the running turn at the service.
    func interrupt(_ conversation: Conversation) async throws

    /// Opens a conversation at the service before the first message.
    func open(_ conversation: Conversation) async throws -> [ReplyEvent]
    func agents() async throws -> [Agent]
    func tasks(page: String?) async throws -> Page<RemoteTask>
    /// The messages of a conversation, oldest first within a page; the first page holds the newest.
    func history(_ conversation: Conversation, page: String?) async throws -> Page<RemoteMessage>
    func rename(_ conversation: Conversation, to title: String) async throws
    func delete(_ conversation: Conversation) async throws
    /// Creates a conversation that holds the messages up to and including one, or (nil) all of them.
    /// - Returns: The service's id of it.
    func fork(_ conversation: Conversation, upTo point: ForkPoint?) async throws -> String
}

/// Only what the capabilities include is called; the rest throws.
extension AgentService {
    private func unsupported(_ what: String) -> ServiceError {
        ServiceError(.invalid, "This service cannot \(what).")
    }

    public func chosenID(for conversation: Conversation) -> String? { nil }
    public func reply(
        to request: TurnRequest, receive: @Sendable @concurrent (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd { throw unsupported("stream a reply") }
    public func begin(_ request: TurnRequest) async throws -> Ticket {
        throw unsupported("run a turn in the background")
    }
    public func poll(_ ticket: Ticket) async throws -> PollAnswer { throw unsupported("be polled") }
    public func isBusy(_ conversation: Conversation) async throws -> Bool {
        throw unsupported("say whether a task is busy")
    }
    public func interrupt(_ conversation: Conversation) async throws { throw unsupported("stop a turn") }
    public func open(_ conversation: Conversation) async throws -> [ReplyEvent] { [] }
    public func agents() async throws -> [Agent] { throw unsupported("list its agents") }
    public func tasks(page: String?) async throws -> Page<RemoteTask> { throw unsupported("list its tasks") }
    public func history(_ conversation: Conversation, page: String?) async throws -> Page<RemoteMessage> {
        throw unsupported("give the history of a task")
    }
    public func rename(_ conversation: Conversation, to title: String) async throws {
        throw unsupported("rename a task")
    }
    public func delete(_ conversation: Conversation) async throws { throw unsupported("delete a task") }
    public func fork(_ conversation: Conversation, upTo point: ForkPoint?) async throws -> String {
        throw unsupported("fork a task")
    }
}
