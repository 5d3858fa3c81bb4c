import Wire

extension Xagent {
    /// The answer of `GET /v1/chat/tasks/{task_id}/steps`: every step since the task began, in the order of their starts.
    public struct StepList: Codable, Hashable, Sendable {
        public var taskID: Int
        public var agentID: Int
        public var steps: [Step]

        public init(taskID: Int, agentID: Int, steps: [Step]) {
            self.taskID = taskID
            self.agentID = agentID
            self.steps = steps
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            taskID = container.integer(.taskID) ?? 0
            agentID = container.integer(.agentID) ?? 0
            steps = try container.requiredList(.steps)
        }

        private enum CodingKeys: String, CodingKey {
            case taskID = "task_id"
            case agentID = "agent_id"
            case steps
        }
    }

    /// A step of a task: a message, thinking, a tool call, a delegation to another agent.
    public struct Step: Codable, Hashable, Sendable {
        /// Stable, and begins with the type: `tool_call:py:1`.
        public var id: String
        /// `message`, `thinking`, `tool_call`, `agent_delegation`, or a type of a later version.
        public var type: String
        /// `running`, `completed` or `failed`.
        public var status: String
        public var startedAt: Timestamp?
        /// null while the step runs.
        public var completedAt: Timestamp?
        /// Depends on the type: `{role, content}`, `{phase}`, `{name, args, result?, error?}`, `{sub_agent_name, input?, output?}`.
        public var data: JSONValue

        public init(
            id: String, type: String, status: String, startedAt: Timestamp, completedAt: Timestamp?,
            data: JSONValue
        ) {
            self.id = id
            self.type = type
            self.status = status
            self.startedAt = startedAt
            self.completedAt = completedAt
            self.data = data
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            id = try container.requiredText(.id)
            type = container.text(.type) ?? ""
            status = container.text(.status) ?? "completed"
            startedAt = container.lenient(.startedAt)
            completedAt = container.lenient(.completedAt)
            data = container.lenient(.data) ?? [:]
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            try container.encode(type, forKey: .type)
            try container.encode(status, forKey: .status)
            try container.encode(startedAt, forKey: .startedAt)
            try container.encode(completedAt, forKey: .completedAt)
            try container.encode(data, forKey: .data)
        }

        private enum CodingKeys: String, CodingKey {
            case id, type, status
            case startedAt = "started_at"
            case completedAt = "completed_at"
            case data
        }
    }
}
