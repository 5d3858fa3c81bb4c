import Foundation

/// What went wrong between Parley and a service, in words for a person.
public struct ServiceError: Error, Hashable, Codable, Sendable, CustomStringConvertible {
    public enum Kind: String, Codable, Sendable {
        /// The key is missing, wrong or revoked.
        case unauthorized
        case forbidden
        /// The agent, the task or the address does not exist.
        case notFound
        /// The task is busy with another turn; nothing was accepted.
        case busy
        /// The service understood the request and refuses it.
        case invalid
        case rateLimited
        case quotaExceeded
        /// The service itself failed (5xx), or the agent did.
        case service
        /// No connection was made: nothing was sent.
        case unreachable
        /// The connection broke or timed out after the message had left: the service may have it.
        case interrupted
        /// The certificate or the TLS handshake.
        case insecure
        /// The answer was not what the service's contract says.
        case unreadable
        /// The reply is longer than what is kept of one.
        case tooLong
    }

    public var kind: Kind
    /// What failed and what to do, in one or two sentences without secrets.
    public var message: String
    /// The service's own words, its code word and the HTTP status, as far as there are any.
    public var detail: String?
    /// HTTP status, where there was an answer.
    public var status: Int?
    /// When it may be tried again, where the service said so.
    public var retryAt: Date?

    public init(
        _ kind: Kind, _ message: String, detail: String? = nil, status: Int? = nil, retryAt: Date? = nil
    ) {
        self.kind = kind
        self.message = message
        self.detail = detail
        self.status = status
        self.retryAt = retryAt
    }

    /// The message with the service's own words behind it, for a place that shows both in one line.
    public var description: String {
        guard let detail, !detail.isEmpty else { return message }
        return "\(message) (\(detail))"
    }

    /// Whether sending the same again can help with nothing else changed: see ``Turn/offersRetry``.
    var isRetryable: Bool {
        switch kind {
        case .unauthorized, .forbidden, .notFound, .invalid, .quotaExceeded, .insecure, .tooLong: false
        case .busy, .rateLimited, .service, .unreachable, .interrupted, .unreadable: true
        }
    }

    /// Whether the service says by it, in the answer to a poll, that there is no such turn. Everything else concerns the way to the
    /// service (a key that is missing in this environment, a certificate): the turn runs on, and so does the polling.
    public var deniesTurn: Bool {
        switch kind {
        case .notFound, .invalid: true
        case .unauthorized, .forbidden, .busy, .rateLimited, .quotaExceeded, .service, .unreachable,
            .interrupted, .insecure, .unreadable, .tooLong:
            false
        }
    }

    /// Whether a read (a listing, a poll) is retried without the person.
    public var isTransient: Bool {
        switch kind {
        case .busy, .rateLimited, .service, .unreachable, .interrupted: true
        case .unauthorized, .forbidden, .notFound, .invalid, .quotaExceeded, .insecure, .unreadable, .tooLong:
            false
        }
    }
}
