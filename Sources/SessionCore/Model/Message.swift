import Foundation

/// One message of a task.
public struct Message: Identifiable, Hashable, Sendable {
    /// The store's number, which orders the messages of a task. A reply comes right after its message, and so before
    /// messages that were queued while it was awaited; what is fetched of a service's history has lower numbers than
    /// all that is here.
    public typealias ID = Int64

    public enum Role: String, Codable, Sendable {
        case user, agent
    }

    public enum State: String, Codable, Sendable {
        /// Whole, as sent or received.
        case complete
        /// Still arriving.
        case streaming
        /// What had arrived when the reply broke off, was stopped or failed.
        case partial
    }

    /// How its text is meant to be read.
    public enum Format: String, Codable, Sendable {
        case markdown
        /// As it is.
        case text
        /// As a program prints it for a terminal, with escape sequences.
        case terminal
    }

    public var id: ID
    public var task: ChatTask.ID
    public var turn: Turn.ID?
    public var role: Role
    public var text: String
    public var at: Date
    /// The service's own id of the message, where it has one.
    public var serviceID: String?
    public var state: State
    public var extras: Extras
    public var format: Format
    /// What it has cost, where the service says so.
    public var usage: TokenUsage?

    public init(
        id: ID, task: ChatTask.ID, turn: Turn.ID? = nil, role: Role, text: String, at: Date,
        serviceID: String? = nil, state: State = .complete, extras: Extras = Extras(),
        format: Format = .markdown, usage: TokenUsage? = nil
    ) {
        self.id = id
        self.task = task
        self.turn = turn
        self.role = role
        self.text = text
        self.at = at
        self.serviceID = serviceID
        self.state = state
        self.extras = extras
        self.format = format
        self.usage = usage
    }
}

/// The tokens that a model has read and written for a reply.
public struct TokenUsage: Hashable, Codable, Sendable {
    public var input: Int?
    public var output: Int?

    /// - Returns: nil if neither is known. What is below 0 is not.
    public init?(input: Int?, output: Int?) {
        self.input = input.flatMap { $0 >= 0 ? $0 : nil }
        self.output = output.flatMap { $0 >= 0 ? $0 : nil }
        if self.input == nil, self.output == nil { return nil }
    }

    /// All tokens that are known.
    public var total: Int { (input ?? 0).addingReportingOverflow(output ?? 0).partialValue }
}

/// What comes with a message besides its text.
public struct Extras: Hashable, Codable, Sendable {
    /// What the agent proposes that the person says next.
    public var suggestions: [String]
    public var cards: [Card]
    public var steps: [Step]

    public init(suggestions: [String] = [], cards: [Card] = [], steps: [Step] = []) {
        self.suggestions = suggestions
        self.cards = cards
        self.steps = steps
    }

    public var isEmpty: Bool { suggestions.isEmpty && cards.isEmpty && steps.isEmpty }
}

/// A product or another thing with properties that an agent shows.
public struct Card: Hashable, Codable, Sendable {
    public struct Property: Hashable, Codable, Sendable {
        public var title: String
        public var value: String
        public init(title: String, value: String) {
            self.title = title
            self.value = value
        }
    }

    public var title: String
    public var isRecommended: Bool
    public var properties: [Property]

    public init(title: String, isRecommended: Bool = false, properties: [Property] = []) {
        self.title = title
        self.isRecommended = isRecommended
        self.properties = properties
    }
}

/// Something an agent did on the way to its answer: thinking, a tool call, work handed to another agent.
public struct Step: Identifiable, Hashable, Codable, Sendable {
    public enum Kind: String, Codable, Sendable {
        case thinking, tool, delegation, artifact, other
    }

    public enum State: String, Codable, Sendable {
        case running, completed, failed
    }

    /// The service's id of the step, the same in every report of it.
    public var id: String
    public var kind: Kind
    public var title: String
    public var state: State
    /// What went in and came out, as text.
    public var detail: String

    public init(id: String, kind: Kind, title: String, state: State, detail: String = "") {
        self.id = id
        self.kind = kind
        self.title = title
        self.state = state
        self.detail = detail
    }
}
