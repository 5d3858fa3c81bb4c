import Wire

extension AUI {
    /// Every error but a validation error: `{"status_code", "description", "message", "extra_data"}`.
    public struct ApplicationError: Codable, Hashable, Sendable, Error {
        public var statusCode: Int
        public var description: String
        public var message: String
        public var extraData: JSONValue

        public init(statusCode: Int, description: String, message: String, extraData: JSONValue = [:]) {
            self.statusCode = statusCode
            self.description = description
            self.message = message
            self.extraData = extraData
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            statusCode = try container.requiredInteger(.statusCode)
            description = container.text(.description) ?? ""
            message = container.text(.message) ?? ""
            extraData = container.lenient(.extraData) ?? [:]
        }

        private enum CodingKeys: String, CodingKey {
            case statusCode = "status_code"
            case description, message
            case extraData = "extra_data"
        }
    }
}
