extension Vectara {
    /// The body of an error: `messages` with a `request_id`; a 404 adds `id`, a 400 `field_errors`.
    public struct Failure: Codable, Hashable, Sendable, Error {
        public var messages: [String]
        /// The word for it: one of ``ErrorCode``, or another. The documents name these words, but no field for them.
        public var code: String?
        public var requestID: String
        public var id: String?
        public var fieldErrors: [String: String]?

        public init(
            _ message: String, code: String?, requestID: String, id: String? = nil,
            fieldErrors: [String: String]? = nil
        ) {
            messages = [message]
            self.code = code
            self.requestID = requestID
            self.id = id
            self.fieldErrors = fieldErrors
        }

        private enum CodingKeys: String, CodingKey {
            case messages, code
            case requestID = "request_id"
            case id
            case fieldErrors = "field_errors"
        }
    }

    /// The error codes of the documents.
    public enum ErrorCode: String, CaseIterable, Sendable {
        case invalidRequest = "invalid_request"
        case invalidMetadata = "invalid_metadata"
        case invalidMessageContent = "invalid_message_content"
        case unauthorized
        case forbidden
        case agentNotFound = "agent_not_found"
        case sessionNotFound = "session_not_found"
        case rateLimitExceeded = "rate_limit_exceeded"
        case agentProcessingFailed = "agent_processing_failed"
    }
}
