/// Why a request is not carried out. Each dialect says it in its own form.
struct APIError: Error, Hashable, Sendable {
    enum Reason: Hashable, Sendable {
        case unauthorized, forbidden
        case notFound(Thing)
        case methodNotAllowed
        /// The conversation has a turn that is not over.
        case busy
        /// The agent has asked nothing that could be replied to.
        case nothingPending
        case invalid([Fault])
        case tooLarge
        /// The address and the header fields.
        case headersTooLarge
        /// Too many requests; seconds until the next one is welcome.
        case rateLimited(retryAfter: Int)
        /// The agent has no answer.
        case agentFailed
        /// The server is stopping.
        case unavailable
        case `internal`
    }

    enum Thing: String, Hashable, Sendable {
        case page, agent, conversation, turn, user, event
    }

    var reason: Reason
    /// What a person is told beyond the reason.
    var message: String?
    /// What was not found, by the name the client gave it.
    var subject: String?

    init(_ reason: Reason, _ message: String? = nil) {
        self.reason = reason
        self.message = message
    }

    /// The HTTP status, the same in every dialect.
    var status: Int {
        switch reason {
        case .unauthorized: 401
        case .forbidden: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .busy, .nothingPending: 409
        case .tooLarge: 413
        case .invalid: 422
        case .rateLimited: 429
        case .headersTooLarge: 431
        case .internal: 500
        case .agentFailed: 502
        case .unavailable: 503
        }
    }
}

/// What is wrong with one field of a request.
struct Fault: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case missing
        case null
        /// The JSON type that is wanted.
        case type(String)
        case tooShort(Int)
        case tooLong(Int)
        case malformed
        case notJSON
    }

    /// From `body`, `query` or `path` down to the field.
    var path: [String]
    var kind: Kind
    var message: String
}
