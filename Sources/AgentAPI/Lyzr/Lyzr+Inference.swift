import Wire

extension Lyzr {
    /// The body of `POST /v2/chat/`, `/v2/stream/` and `/v2/task/`, and of their v3 counterparts.
    public struct InferenceRequest: Codable, Hashable, Sendable {
        public var userID: String
        public var agentID: String
        /// Free-form, chosen by the client; the vendor's own package sends null if it has none.
        public var sessionID: String?
        public var message: String

        public init(userID: String, agentID: String, sessionID: String?, message: String) {
            self.userID = userID
            self.agentID = agentID
            self.sessionID = sessionID
            self.message = message
        }

        private enum CodingKeys: String, CodingKey {
            case userID = "user_id"
            case agentID = "agent_id"
            case sessionID = "session_id"
            case message
        }
    }

    /// The answer of `POST /v2/chat/`: `{"response": "…"}`; `agent_response` is understood too.
    public struct ChatReply: Codable, Hashable, Sendable {
        public var response: String

        public init(response: String) { self.response = response }

        public init(from decoder: any Decoder) throws {
            let value = try JSONValue(from: decoder)
            guard let text = Lyzr.replyText(value) else {
                throw DecodingError.keyNotFound(
                    CodingKeys.response,
                    .init(codingPath: decoder.codingPath, debugDescription: "an answer without a response"))
            }
            response = text
        }

        private enum CodingKeys: String, CodingKey {
            case response
        }
    }

    /// The answer of `POST /v2/task/`.
    public struct TaskCreated: Codable, Hashable, Sendable {
        /// A UUID: what is polled.
        public var taskID: String

        public init(taskID: String) { self.taskID = taskID }

        public init(from decoder: any Decoder) throws {
            taskID = try decoder.container(keyedBy: CodingKeys.self).requiredText(.taskID)
        }

        private enum CodingKeys: String, CodingKey {
            case taskID = "task_id"
        }
    }

    /// The answer of `GET /v2/task/{task_id}`.
    ///
    /// Encodes `result` as an object with `response`, null until completed. Decodes that, a bare string, and v3's `response`.
    public struct TaskStatus: Codable, Hashable, Sendable {
        /// What a status means.
        public enum Phase: Hashable, Sendable {
            case running, completed, failed
        }

        public var taskID: String
        /// `pending` and `completed` are documented; `failed`, `queued`, `in_progress`, `processing` and `running` come from v3.
        public var status: String
        /// The text of the answer.
        public var response: String?
        /// Why it failed.
        public var error: String?
        /// What v3 says of the answer.
        public var metadata: JSONValue?

        public init(taskID: String, status: String, response: String? = nil, error: String? = nil) {
            self.taskID = taskID
            self.status = status
            self.response = response
            self.error = error
        }

        /// An undocumented status counts as running, unless an answer or an error came with it.
        public var phase: Phase {
            switch status.lowercased() {
            case "completed", "complete", "success", "succeeded", "done", "finished": .completed
            case "failed", "failure", "error", "cancelled", "canceled", "expired", "timeout": .failed
            case "pending", "queued", "in_progress", "processing", "running", "started": .running
            default: response != nil ? .completed : error != nil ? .failed : .running
            }
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            taskID = container.text(.taskID) ?? ""
            status = try container.requiredText(.status)
            let result = container.lenient(.result, as: JSONValue.self)
            let reply = container.lenient(.response, as: JSONValue.self)
            response = Lyzr.replyText(result) ?? Lyzr.replyText(reply) ?? result.flatMap(Self.leftover)
            error = container.lenient(.error, as: JSONValue.self).flatMap(Self.errorText)
            metadata = result?["metadata"] ?? reply?["metadata"]
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(taskID, forKey: .taskID)
            try container.encode(status, forKey: .status)
            try container.encode(response.map { ChatReply(response: $0) }, forKey: .result)
            try container.encodeIfPresent(error, forKey: .error)
        }

        /// A result of an undocumented shape is shown as it is rather than dropped.
        private static func leftover(_ value: JSONValue) -> String? {
            value.isNull ? nil : value.readable
        }

        private static func errorText(_ value: JSONValue) -> String? {
            value.isNull ? nil : ErrorBody(value).text
        }

        private enum CodingKeys: String, CodingKey {
            case taskID = "task_id"
            case status, result, response, error
        }
    }
}
