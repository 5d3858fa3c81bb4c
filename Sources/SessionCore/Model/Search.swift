import Foundation

/// Asks for the messages that a query means: see ``SearchQuery``.
public struct SearchRequest: Hashable, Sendable {
    public var words: String
    /// nil searches every task of every account.
    public var task: ChatTask.ID?
    public var limit: Int

    public init(words: String, task: ChatTask.ID? = nil, limit: Int = 100) {
        self.words = words
        self.task = task
        self.limit = limit
    }
}

/// A message that holds the words of a search.
public struct SearchHit: Hashable, Sendable {
    public var task: ChatTask.ID
    public var taskTitle: String
    public var message: Message.ID
    public var role: Message.Role
    public var at: Date
    /// Some words around the match, one line.
    public var snippet: String
    /// The matched words in the snippet, as offsets in characters.
    public var matches: [Range<Int>]

    public init(
        task: ChatTask.ID, taskTitle: String, message: Message.ID, role: Message.Role, at: Date,
        snippet: String, matches: [Range<Int>]
    ) {
        self.task = task
        self.taskTitle = taskTitle
        self.message = message
        self.role = role
        self.at = at
        self.snippet = snippet
        self.matches = matches
    }
}

public struct SearchAnswer: Sendable {
    public var request: SearchRequest
    public var hits: [SearchHit]
    /// What is wrong with the query; then nothing was searched.
    public var problem: String?

    public init(request: SearchRequest, hits: [SearchHit], problem: String? = nil) {
        self.request = request
        self.hits = hits
        self.problem = problem
    }
}

/// A place in a message where the words of a search begin.
public struct SearchMatch: Hashable, Comparable, Sendable {
    public var message: Message.ID
    /// In UTF-8 bytes of the message's text.
    public var offset: Int

    public init(message: Message.ID, offset: Int) {
        self.message = message
        self.offset = offset
    }

    public static func < (one: SearchMatch, other: SearchMatch) -> Bool {
        (one.message, one.offset) < (other.message, other.offset)
    }
}

/// Where the words of a search are in one task, in order.
public struct SearchPlaces: Sendable {
    public static let limit = 10_000

    public var request: SearchRequest
    public var matches: [SearchMatch]

    public init(request: SearchRequest, matches: [SearchMatch]) {
        self.request = request
        self.matches = matches
    }
}
