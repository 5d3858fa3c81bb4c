import Foundation
import SessionCore

/// A task in `--json` output.
struct TaskReport: Codable {
    var id: String
    var account: String
    /// The service's id of the agent.
    var agent: String
    var agentName: String
    var serviceId: String?
    var title: String
    var state: String
    var unread: Int
    var archived: Bool
    /// Missing in what earlier versions printed, as is `mode`.
    var pinned: Bool?
    var mode: String?
    var createdAt: Date
    var updatedAt: Date

    init(_ task: ChatTask) {
        id = task.id.rawValue
        account = task.account
        agent = task.agent.id
        agentName = task.agent.name
        serviceId = task.serviceID
        title = task.title
        state = task.state.rawValue
        unread = task.unread
        archived = task.isArchived
        pinned = task.isPinned
        mode = task.mode.rawValue
        createdAt = task.createdAt
        updatedAt = task.updatedAt
    }
}

/// A message in `--json` output.
struct MessageReport: Codable {
    var id: Int64
    var role: String
    var text: String
    var at: Date
    var state: String
    var serviceId: String?
    /// nil for a message that was fetched from the service.
    var turn: TurnReport?
    /// What has become of the turn; nil for a reply that speaks for itself.
    var outcome: String?
    /// `markdown`, which is meant where it is missing, `text`, or `terminal` for what a program printed with escape sequences.
    var format: String?
    /// nil where the service does not say.
    var tokens: TokenReport?
    var suggestions: [String]
    var cards: [CardReport]
    var steps: [StepReport]

    /// - Parameters:
    ///   - turn: the turn that it belongs to.
    ///   - outcome: what is said of the turn below the message.
    init(_ message: Message, turn: Turn?, outcome: TurnOutcome?) {
        id = message.id
        role = message.role.rawValue
        text = message.text
        at = message.at
        state = message.state.rawValue
        serviceId = message.serviceID
        self.turn = turn.map(TurnReport.init)
        self.outcome = outcome?.text
        format = message.format.rawValue
        tokens = message.usage.map { TokenReport(input: $0.input, output: $0.output) }
        suggestions = message.extras.suggestions
        cards = message.extras.cards.map(CardReport.init)
        steps = message.extras.steps.map(StepReport.init)
    }
}

/// What a model has read and written for a reply, in `--json` output.
struct TokenReport: Codable {
    var input: Int?
    var output: Int?
}

/// One message of the person and what came of it, in `--json` output.
struct TurnReport: Codable {
    var id: Int64
    var mode: String
    var state: String
    var startedAt: Date?
    var endedAt: Date?
    var error: ErrorReport?

    init(_ turn: Turn) {
        id = turn.id
        mode = turn.mode.rawValue
        state = turn.state.rawValue
        startedAt = turn.startedAt
        endedAt = turn.endedAt
        error = turn.failure.map(ErrorReport.init)
    }
}

/// Why a turn failed or broke off, in `--json` output.
struct ErrorReport: Codable {
    var kind: String
    var message: String
    /// The service's own words.
    var detail: String?
    /// HTTP status.
    var status: Int?
    var retryAt: Date?

    init(_ error: ServiceError) {
        kind = error.kind.rawValue
        message = error.message
        detail = error.detail
        status = error.status
        retryAt = error.retryAt
    }
}

/// A product or another thing with properties in `--json` output.
struct CardReport: Codable {
    struct Property: Codable {
        var title: String
        var value: String
    }

    var title: String
    var recommended: Bool
    var properties: [Property]

    init(_ card: Card) {
        title = card.title
        recommended = card.isRecommended
        properties = card.properties.map { Property(title: $0.title, value: $0.value) }
    }
}

/// What an agent did on the way to its answer, in `--json` output.
struct StepReport: Codable {
    var id: String
    var kind: String
    var title: String
    var state: String
    var detail: String

    init(_ step: Step) {
        id = step.id
        kind = step.kind.rawValue
        title = step.title
        state = step.state.rawValue
        detail = step.detail
    }
}

/// A task with its messages in `--json` output.
struct TranscriptReport: Codable {
    var task: TaskReport
    var messages: [MessageReport]

    init(_ transcript: Transcript) {
        task = TaskReport(transcript.task)
        messages = transcript.messages.map {
            MessageReport($0, turn: transcript.turn(of: $0), outcome: transcript.outcome(below: $0))
        }
    }
}
