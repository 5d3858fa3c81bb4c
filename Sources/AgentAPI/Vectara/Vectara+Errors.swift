extension Vectara {
    /// The body of an error: `messages` with a `request_id`; a 404 adds `id`, a 400 `field_errors`.
    public struct Failure: Codable, Hashable, Sendable, Error {
        public var messages: [String]
        public var requestID: String
        public var id: String?
        public var fieldErrors: [String: String]?

        public init(
            _ message: String, requestID: String, id: String? = nil, fieldErrors: [String: String]? = nil
        ) {
            messages = [message]
            self.requestID = requestID
            self.id = id
            self.fieldErrors = fieldErrors
        }

        private enum CodingKeys: String, CodingKey {
            case messages
            case requestID = "request_id"
            case id
            case fieldErrors = "field_errors"
        }
    }
}
