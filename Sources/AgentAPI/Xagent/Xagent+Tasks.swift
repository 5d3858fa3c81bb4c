import Wire

extension Xagent {
    /// The body of `POST /v1/chat/tasks` and `POST /v1/chat/tasks/{task_id}/messages`.
    public struct TaskRequest: Codable, Hashable, Sendable {
        public var agentID: Int
        public var message: Message
        /// Free-form, passed through. Omitted if nil.
        public var metadata: JSONValue?

        public init(agentID: Int, message: Message, metadata: JSONValue? = nil) {
            self.agentID = agentID
            self.message = message
            self.metadata = metadata
        }

        private enum CodingKeys: String, CodingKey {
            case agentID = "agent_id"
            case message, metadata
        }
    }

    /// A message of the user.
    public struct Message: Codable, Hashable, Sendable {
        /// Always `user`.
        public var role: String
        public var content: String

        public init(content: String) {
            role = "user"
            self.content = content
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            role = try container.decodeIfPresent(String.self, forKey: .role) ?? "user"
            content = try container.decode(String.self, forKey: .content)
        }

        private enum CodingKeys: String, CodingKey {
            case role, content
        }
    }

    /// The 202 of a created task, of an appended message and of a reply to a question. They differ in which time they carry.
    public struct Accepted: Codable, Hashable, Sendable {
        public var taskID: Int
        public var agentID: Int?
        /// `running`; older packages say `pending`.
        public var status: String
        /// Of a created task.
        public var createdAt: Timestamp?
        /// Of an appended message.
        public var acceptedAt: Timestamp?

        public init(
            taskID: Int, agentID: Int, status: String = "running", createdAt: Timestamp? = nil,
            acceptedAt: Timestamp? = nil
        ) {
            self.taskID = taskID
            self.agentID = agentID
            self.status = status
            self.createdAt = createdAt
            self.acceptedAt = acceptedAt
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            taskID = try container.requiredInteger(.taskID)
            agentID = container.integer(.agentID)
            status = container.text(.status) ?? "running"
            createdAt = container.lenient(.createdAt)
            acceptedAt = container.lenient(.acceptedAt)
        }

        private enum CodingKeys: String, CodingKey {
            case taskID = "task_id"
            case agentID = "agent_id"
            case status
            case createdAt = "created_at"
            case acceptedAt = "accepted_at"
        }
    }

    /// What a status means.
    public enum Phase: Hashable, Sendable {
        case running, paused, waiting, completed, failed

        /// An undocumented status counts as running.
        public init(_ status: String) {
            switch status.lowercased() {
            case "completed": self = .completed
            case "failed", "cancelled", "canceled": self = .failed
            case "paused": self = .paused
            case "waiting_for_user": self = .waiting
            default: self = .running
            }
        }
    }

    /// The answer of `GET /v1/chat/tasks/{task_id}`: the latest turn only. What is nil is encoded as null.
    public struct TaskState: Codable, Hashable, Sendable {
        public var taskID: Int
        public var agentID: Int?
        public var status: String
        /// The user's last message.
        public var input: String?
        /// Only when completed.
        public var output: String?
        /// Only when failed.
        public var error: String?
        public var createdAt: Timestamp?
        /// Only when completed or failed.
        public var completedAt: Timestamp?
        /// The agent's question while it waits; omitted if nil.
        public var question: Question?

        public init(
            taskID: Int, agentID: Int, status: String, input: String? = nil, output: String? = nil,
            error: String? = nil, createdAt: Timestamp, completedAt: Timestamp? = nil,
            question: Question? = nil
        ) {
            self.taskID = taskID
            self.agentID = agentID
            self.status = status
            self.input = input
            self.output = output
            self.error = error
            self.createdAt = createdAt
            self.completedAt = completedAt
            self.question = question
        }

        public var phase: Phase { Phase(status) }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            taskID = try container.requiredInteger(.taskID)
            agentID = container.integer(.agentID)
            status = try container.requiredText(.status)
            input = container.text(.input)
            output = container.text(.output) ?? container.lenient(.output, as: JSONValue.self)?.readableIfAny
            error = container.lenient(.error, as: JSONValue.self).flatMap(Self.errorText)
            createdAt = container.lenient(.createdAt)
            completedAt = container.lenient(.completedAt)
            question = container.lenient(.question)
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(taskID, forKey: .taskID)
            try container.encode(agentID, forKey: .agentID)
            try container.encode(status, forKey: .status)
            try container.encode(input, forKey: .input)
            try container.encode(output, forKey: .output)
            try container.encode(error, forKey: .error)
            try container.encode(createdAt, forKey: .createdAt)
            try container.encode(completedAt, forKey: .completedAt)
            try container.encodeIfPresent(question, forKey: .question)
        }

        static func errorText(_ error: JSONValue) -> String? {
            error.isNull ? nil : ErrorBody(error).text
        }

        private enum CodingKeys: String, CodingKey {
            case taskID = "task_id"
            case agentID = "agent_id"
            case status, input, output, error
            case createdAt = "created_at"
            case completedAt = "completed_at"
            case question = "pending_interaction"
        }
    }

    /// A question that the agent waits for an answer to: `{"question": "…", "interactions": [{"type", "field", "label"}]}`.
    public struct Question: Codable, Hashable, Sendable {
        public var question: String
        /// The fields to fill in; null if there are none.
        public var interactions: [JSONValue]?

        public init(question: String, interactions: [JSONValue]? = nil) {
            self.question = question
            self.interactions = interactions
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            question = container.text(.question) ?? ""
            interactions = container.lenient(.interactions)
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(question, forKey: .question)
            try container.encode(interactions, forKey: .interactions)
        }

        /// The question with its fields, for a person; of a single field that offers answers, these.
        public var text: String {
            let fields = interactions ?? []
            let offered = fields.count == 1 ? fields.flatMap(Self.options) : []
            let lines = offered.isEmpty ? fields.compactMap(Self.line) : offered
            return ([question] + lines.map { "- \($0)" }).filter { !$0.isEmpty }.joined(separator: "\n")
        }

        private static func line(of field: JSONValue) -> String? {
            let label = field["label"]?.string ?? field["field"]?.string
            let options = options(of: field)
            return label.map { options.isEmpty ? $0 : "\($0): \(options.joined(separator: ", "))" }
        }

        private static func options(of field: JSONValue) -> [String] {
            (field["options"]?.elements ?? []).compactMap {
                $0["label"]?.string ?? $0["value"]?.readable ?? $0.string
            }
        }

        private enum CodingKeys: String, CodingKey {
            case question, interactions
        }
    }
}

extension JSONValue {
    /// ``readable``; nil for null.
    var readableIfAny: String? { isNull ? nil : readable }
}
