import Wire

extension AUI {
    /// A frame that the WebSocket at `/api/v1/external/session` sends.
    public enum SocketFrame: Hashable, Sendable {
        /// The name of the event that carries text.
        public static let updateName = "thread-message-text-content-updated"

        /// The whole text so far.
        case update(String)
        /// The finished message.
        case message(Message)
        /// The turn failed; the socket closes.
        case failure(ApplicationError)
        /// The same in another form than the contract's: the service's words.
        case reported(String)
        /// A frame of a later version.
        case other(JSONValue)
        /// A frame that is not JSON.
        case unreadable(String)

        public init(_ text: String) {
            guard let value = JSONValue(text: text) else {
                self = .unreadable(text)
                return
            }
            if let update = value["data"]?["text"]?.string {
                self = .update(update)
            } else if value["id"] != nil, let message = try? WireJSON.decode(Message.self, from: text.utf8) {
                self = .message(message)
            } else if let failure = try? WireJSON.decode(ApplicationError.self, from: text.utf8) {
                self = .failure(failure)
            } else if let error = ErrorBody(reportedIn: value) {
                self = .reported(error.text)
            } else {
                self = .other(value)
            }
        }

        /// An update as a server sends it, in the form of the vendor's package.
        /// - Parameters:
        ///   - channel: A UUID that stays the same for the connection.
        ///   - isLast: Whether the text is complete.
        public static func encodedUpdate(
            _ text: String, channel: String, messageID: String, taskID: String, isLast: Bool, at: Timestamp
        ) throws -> String {
            let frame: JSONValue = [
                "channel": [
                    "type": "WEBSOCKET", "channel_name": .string(channel), "event_name": .string(updateName),
                ],
                "scope": [
                    "type": "LLM_ACTIVATION_EXECUTION",
                    "data": ["status": isLast ? "SUCCESS" : "PENDING"],
                    "context": ["message_id": .string(messageID), "task_id": .string(taskID)],
                ],
                "data": ["text": .string(text)],
                "timestamp": .string(at.text),
            ]
            return String(decoding: try WireJSON.encode(frame), as: UTF8.self)
        }
    }
}
