/// Why a request fails. Each dialect writes it in its own form.
struct APIError: Error, Hashable, Sendable {
    enum Reason: Hashable, Sendable {
        case unauthorized, forbidden
        case notFound(Resource)
        case methodNotAllowed
        /// The conversation has an unfinished turn.
        case busy
        /// The agent has asked no question that could be answered.
        case nothingPending
        /// The agent waits for the answer to a question, which has an address of its own.
        case answerPending
        case invalid([FieldError])
        case tooLarge
        /// The address and the header fields together.
        case headersTooLarge
        /// Too many requests; seconds until the next one is allowed.
        case rateLimited(retryAfter: Int)
        /// The agent gave no answer.
        case agentFailed
        /// The server is stopping, or can store nothing.
        case unavailable
        case `internal`
    }

    enum Resource: String, Hashable, Sendable {
        case page, agent, conversation, turn, user, event, template
    }

    var reason: Reason
    /// Replaces the dialect's own message for the reason.
    var message: String?
    /// The client's name for what was not found.
    var subject: String?

    init(_ reason: Reason, _ message: String? = nil) {
        self.reason = reason
        self.message = message
    }

    /// For a request in which one field is wrong.
    static func invalid(_ path: [String], _ kind: FieldError.Kind, _ message: String) -> APIError {
        APIError(.invalid([FieldError(path: path, kind: kind, message: message)]))
    }

    /// The HTTP status; ``VectaraDialect`` differs for invalid requests.
    var status: Int {
        switch reason {
        case .unauthorized: 401
        case .forbidden: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .busy, .nothingPending, .answerPending: 409
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
