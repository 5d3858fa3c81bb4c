import Wire

/// The wire contract of the AUI Messaging API, in the form of its documents; what later versions add is read as well.
///
/// A task is a conversation that is created before its first message. A message is answered when the agent has finished, or over a
/// WebSocket while it writes.
public enum AUI {
    /// The header that carries the key.
    public static let keyHeader = "x-network-api-key"

    /// The body of `POST /api/v1/external/tasks`.
    public struct TaskRequest: Codable, Hashable, Sendable {
        public var userID: String
        public init(userID: String) { self.userID = userID }

        private enum CodingKeys: String, CodingKey {
            case userID = "user_id"
        }
    }

    /// A conversation.
    public struct Task: Codable, Hashable, Sendable {
        /// 24 hexadecimal digits.
        public var id: String
        public var userID: String
        public var title: String
        /// null where there is none.
        public var welcomeMessage: String?
        /// null where there are none.
        public var suggestions: [String]?

        public init(
            id: String, userID: String, title: String, welcomeMessage: String?, suggestions: [String]?
        ) {
            self.id = id
            self.userID = userID
            self.title = title
            self.welcomeMessage = welcomeMessage
            self.suggestions = suggestions
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            id = try container.requiredText(.id)
            userID = container.text(.userID) ?? ""
            title = container.text(.title) ?? ""
            welcomeMessage = container.text(.welcomeMessage)
            suggestions = container.contains(.suggestions) ? container.list(.suggestions) : nil
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            try container.encode(userID, forKey: .userID)
            try container.encode(title, forKey: .title)
            try container.encode(welcomeMessage, forKey: .welcomeMessage)
            try container.encode(suggestions, forKey: .suggestions)
        }

        private enum CodingKeys: String, CodingKey {
            case id
            case userID = "user_id"
            case title
            case welcomeMessage = "welcome_message"
            case suggestions = "followup_suggestions"
        }
    }

    /// The answer of `GET /api/v1/external/tasks`. Pages count from 1; the last one is where `page * size >= total`.
    public struct TaskPage: Codable, Hashable, Sendable {
        public var tasks: [Task]
        public var total: Int
        public var page: Int
        public var size: Int

        public init(tasks: [Task], total: Int, page: Int, size: Int) {
            self.tasks = tasks
            self.total = total
            self.page = page
            self.size = size
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            tasks = container.list(.tasks)
            total = container.integer(.total) ?? tasks.count
            page = container.integer(.page) ?? 1
            size = container.integer(.size) ?? tasks.count
        }

        private enum CodingKeys: String, CodingKey {
            case tasks, total, page, size
        }
    }

    /// The body of `POST /api/v1/external/message`, and the frame that a WebSocket takes.
    public struct MessageRequest: Codable, Hashable, Sendable {
        public var taskID: String
        public var text: String
        /// `{"url": …, "lead_details": {…}}`; left out where nil.
        public var context: JSONValue?

        public init(taskID: String, text: String, context: JSONValue? = nil) {
            self.taskID = taskID
            self.text = text
            self.context = context
        }

        private enum CodingKeys: String, CodingKey {
            case taskID = "task_id"
            case text, context
        }
    }

    /// The form of an error that is no validation error: `{"status_code", "description", "message", "extra_data"}`.
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
