import Wire

extension Lyzr {
    /// The body of `POST /v3/inference/chat/`, `/v3/inference/stream/` and the two tasks of v3.
    public struct StudioRequest: Codable, Hashable, Sendable {
        /// One message of a conversation that the client keeps itself.
        public struct Message: Codable, Hashable, Sendable {
            public var role: String
            /// A text, or a list of parts with `text` in some of them.
            public var content: JSONValue

            public init(role: String, content: JSONValue) {
                self.role = role
                self.content = content
            }
        }

        public var agentID: String
        public var sessionID: String
        /// `default_user` if the client gives none.
        public var userID: String?
        public var message: String?
        /// Instead of `message`; the user's last one is the question.
        public var messages: [Message]?

        public init(
            agentID: String, sessionID: String, userID: String? = nil, message: String? = nil,
            messages: [Message]? = nil
        ) {
            self.agentID = agentID
            self.sessionID = sessionID
            self.userID = userID
            self.message = message
            self.messages = messages
        }

        /// The text of the question; nil if there is none.
        public var question: String? {
            if let message, !message.isEmpty { return message }
            guard let last = messages?.last(where: { $0.role == "user" }) else { return nil }
            let parts = last.content.elements?.compactMap { $0["text"]?.string } ?? []
            let text = last.content.string ?? parts.joined(separator: "\n\n")
            return text.isEmpty ? nil : text
        }

        private enum CodingKeys: String, CodingKey {
            case agentID = "agent_id"
            case sessionID = "session_id"
            case userID = "user_id"
            case message, messages
        }
    }

    /// One frame of a v3 stream, as a server sends it.
    public enum StudioFrame: Hashable, Sendable {
        case text(String)
        /// Only for clients that ask for it: see ``Lyzr/stepsHeader``.
        case step(StreamDecoder.Event)
        /// The turn failed, in words for a person.
        case failed(String)
        case done

        /// A text that every reader takes literally is sent as it is; any other as `{"content": "…"}`, which needs no vendor's escapes: the
        /// vendor's package treats a payload that is JSON by accident (a number, `true`) as a fault and sends the message again.
        public var event: ServerSentEvent {
            switch self {
            case .text(let text) where Self.isPlain(text): ServerSentEvent(data: text)
            case .text(let text): ServerSentEvent(data: Self.ascii(["content": .string(text)]))
            case .step(let step): ServerSentEvent(data: Self.ascii(Self.object(step)))
            case .failed(let reason):
                ServerSentEvent(
                    data: "[ERROR] " + reason.split(whereSeparator: \.isNewline).joined(separator: " "))
            case .done: ServerSentEvent(data: "[DONE]")
            }
        }

        private static let jsonWords: Set = ["true", "false", "null", "NaN", "Infinity"]

        /// Begins with a letter and contains nothing that readers of plain payloads unescape or end lines at; some of them end lines at
        /// more characters than the standard names: control characters and the separators U+2028 and U+2029.
        private static func isPlain(_ text: String) -> Bool {
            guard text.unicodeScalars.first(where: { $0 != " " })?.properties.isAlphabetic == true else {
                return false
            }
            var (last, beforeLast): (UInt8, UInt8) = (0, 0)
            for byte in text.utf8 {
                switch byte {
                case 0..<0x20, 0x7F, UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "&"): return false
                case 0x80..<0xA0 where last == 0xC2: return false
                case 0xA8...0xA9 where (beforeLast, last) == (0xE2, 0x80): return false
                default: (beforeLast, last) = (last, byte)
                }
            }
            return !jsonWords.contains(text.split(separator: " ").joined(separator: " "))
        }

        private static func object(_ step: StreamDecoder.Event) -> JSONValue {
            switch step {
            case .thinking(let text): ["type": "thinking", "content": .string(text)]
            case .toolCall(let id, let name, let arguments):
                [
                    "type": "tool_call", "id": .stringOrNull(id), "name": .string(name),
                    "arguments": arguments,
                ]
            case .toolResult(let id, let output, let isError):
                ["type": "tool_result", "id": .string(id), "output": output, "is_error": .bool(isError)]
            case .text(let text): ["content": .string(text)]
            case .failed(let words): ["error": .string(words)]
            case .format(let format): ["type": "format", "format": .string(format)]
            case .usage(let input, let output):
                [
                    "type": "usage", "input_tokens": input.map { .integer($0) } ?? .null,
                    "output_tokens": output.map { .integer($0) } ?? .null,
                ]
            case .unexpectedPage: [:]
            }
        }

        private static func ascii(_ object: JSONValue) -> String {
            let data = try? WireJSON.encodeASCII(object)
            return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        }
    }
}
