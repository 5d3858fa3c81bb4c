import Wire

extension AUI {
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
        /// Empty, or null at some services, if there is none.
        public var welcomeMessage: String?
        /// Empty, or null at some services, if there are none.
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

    /// The answer of `GET /api/v1/external/tasks`. Pages count from 1; `page * size >= total` on the last.
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
}
