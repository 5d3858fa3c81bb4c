import Foundation

/// Asks for the messages that hold some words.
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

    public init(request: SearchRequest, hits: [SearchHit]) {
        self.request = request
        self.hits = hits
    }
}
