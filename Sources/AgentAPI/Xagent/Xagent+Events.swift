import Wire

extension Xagent {
    /// One event of `GET /v1/chat/tasks/{task_id}/events`.
    public enum Event: Hashable, Sendable {
        /// `task.status`; may be repeated and may be stale.
        case status(String)
        /// `step.started` and `step.completed`; the step has the status.
        case step(Step)
        /// `message.delta`: more text of a message.
        case delta(messageID: String, text: String)
        /// `message.completed`: the whole text, unless the service cut it short.
        case message(messageID: String, content: String, isCut: Bool)
        /// `task.completed`, also for a failure. Closes the stream.
        case completed(status: String, output: String?, error: String?)
        /// `task.input_required`: the agent asks a question. Closes the stream.
        case inputRequired(prompt: String?, taskID: Int? = nil)
        /// `stream.error`. Closes the stream, not the turn.
        case streamError(code: String, message: String)
        /// An event of a later version, as it is.
        case other(name: String, data: JSONValue)

        /// The name of an event whose data is not a JSON object.
        public static let unreadable = "unreadable event"

        /// An error in another form than the contract's is a ``streamError(code:message:)``.
        public init(_ event: ServerSentEvent) {
            let data = JSONValue(text: event.data) ?? .null
            let isError = event.name == nil && data["type"] == nil && ErrorBody(reportedIn: data) != nil
            if event.name == "error" || isError {
                let error = ErrorBody(event.data.utf8)
                self = .streamError(code: error.code ?? "", message: error.text)
                return
            }
            guard case .object = data else {
                self = .other(name: Self.unreadable, data: .string(event.data))
                return
            }
            let name = event.name ?? data["event"]?.string ?? data["type"]?.string ?? "message"
            self = Self.known(name, data, event.data) ?? .other(name: name, data: data)
        }

        private static func known(_ name: String, _ data: JSONValue, _ json: String) -> Event? {
            switch name {
            case "task.status":
                return data["status"]?.string.map { .status($0) }
            case "step.started", "step.completed":
                guard let step = data["step"] else { return nil }
                return (try? WireJSON.decode(Step.self, from: step.compact.utf8)).map { .step($0) }
            case "message.delta":
                guard let text = data["text"]?.string else { return nil }
                return .delta(messageID: data["message_id"]?.readable ?? "", text: text)
            case "message.completed":
                guard let content = data["content"]?.string else { return nil }
                let isCut = data["truncated"] == .bool(true)
                return .message(messageID: data["message_id"]?.readable ?? "", content: content, isCut: isCut)
            case "task.completed":
                return .completed(
                    status: data["status"]?.string ?? "completed", output: data["output"]?.readableIfAny,
                    error: data["error"].flatMap(TaskState.errorText))
            case "task.input_required":
                var taskID: Int?
                if case .integer(let id)? = data["task_id"] { taskID = Int(id) }
                let question = data["pending_interaction"].flatMap {
                    try? WireJSON.decode(Question.self, from: $0.compact.utf8)
                }
                return .inputRequired(prompt: data["prompt"]?.string ?? question?.text, taskID: taskID)
            case "stream.error":
                return .streamError(
                    code: data["code"]?.string ?? "", message: data["message"]?.string ?? "")
            default:
                return nil
            }
        }

        /// The event as a server sends it: compact ASCII JSON.
        public func encoded() throws -> ServerSentEvent {
            let (name, data) = try parts()
            return ServerSentEvent(
                name: name, data: String(decoding: try WireJSON.encodeASCII(data), as: UTF8.self))
        }

        private func parts() throws -> (name: String, data: JSONValue) {
            switch self {
            case .status(let status):
                return ("task.status", ["status": .string(status)])
            case .step(let step):
                let json = try WireJSON.decode(JSONValue.self, from: WireJSON.encode(step))
                return (step.status == "running" ? "step.started" : "step.completed", ["step": json])
            case .delta(let id, let text):
                return ("message.delta", ["message_id": .string(id), "text": .string(text)])
            case .message(let id, let content, let isCut):
                var data: [String: JSONValue] = ["message_id": .string(id), "content": .string(content)]
                if isCut { data["truncated"] = true }
                return ("message.completed", .object(data))
            case .completed(let status, let output, let error):
                return (
                    "task.completed",
                    [
                        "status": .string(status), "output": .stringOrNull(output),
                        "error": .stringOrNull(error),
                    ]
                )
            case .inputRequired(let prompt, let taskID):
                var data: [String: JSONValue] = ["prompt": .stringOrNull(prompt)]
                if let taskID { data["task_id"] = .integer(Int64(taskID)) }
                return ("task.input_required", .object(data))
            case .streamError(let code, let message):
                return ("stream.error", ["code": .string(code), "message": .string(message)])
            case .other(let name, let data):
                return (name, data)
            }
        }
    }
}
