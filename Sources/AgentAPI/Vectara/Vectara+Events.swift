import Wire

extension Vectara {
    /// The body of `POST …/sessions/{session_key}/events`.
    public struct EventRequest: Codable, Hashable, Sendable {
        /// `input_message`, which is the default, `interrupt` or `compact`.
        public var type: String
        /// Required for an input message.
        public var messages: [Message]?
        public var streamsResponse: Bool?

        public init(text: String, streamsResponse: Bool) {
            type = "input_message"
            messages = [Message(content: text)]
            self.streamsResponse = streamsResponse
        }

        /// Stops the running turn.
        public static let interrupt = EventRequest(type: "interrupt")

        private init(type: String) { self.type = type }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            type = try container.decodeIfPresent(String.self, forKey: .type) ?? "input_message"
            messages = try container.decodeIfPresent([Message].self, forKey: .messages)
            streamsResponse = try container.decodeIfPresent(Bool.self, forKey: .streamsResponse)
        }

        private enum CodingKeys: String, CodingKey {
            case type, messages
            case streamsResponse = "stream_response"
        }
    }

    /// A part of an input message: `{"type": "text", "content": "…"}`; a skill has no content.
    public struct Message: Codable, Hashable, Sendable {
        public var type: String
        public var content: String?

        public init(content: String) {
            type = "text"
            self.content = content
        }
    }

    /// An event, stored or streamed. Fields beyond the four that most events have depend on the type, and new types keep coming: they are
    /// kept as they are.
    public struct Event: Codable, Hashable, Sendable {
        public var type: String
        /// nil for a streamed increment.
        public var id: String?
        public var sessionKey: String?
        public var createdAt: Timestamp?
        public var fields: [String: JSONValue]

        public init(
            _ type: String, id: String? = nil, sessionKey: String? = nil, createdAt: Timestamp? = nil,
            fields: [String: JSONValue] = [:]
        ) {
            self.type = type
            self.id = id
            self.sessionKey = sessionKey
            self.createdAt = createdAt
            self.fields = fields
        }

        public subscript(field: String) -> JSONValue? { fields[field] }

        public init(from decoder: any Decoder) throws {
            self.init(try [String: JSONValue](from: decoder))
        }

        private init(_ fields: [String: JSONValue]) {
            var fields = fields
            type = fields.removeValue(forKey: "type")?.string ?? ""
            id = fields.removeValue(forKey: "id")?.string
            sessionKey = fields.removeValue(forKey: "session_key")?.string
            createdAt = fields.removeValue(forKey: "created_at")?.string.flatMap { Timestamp($0) }
            self.fields = fields
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = fields
            fields["type"] = .string(type)
            fields["id"] = id.map { .string($0) }
            fields["session_key"] = sessionKey.map { .string($0) }
            fields["created_at"] = (createdAt?.text).map { .string($0) }
            try fields.encode(to: encoder)
        }

        /// An event that reports an error in another form than the contract's is of the type `error`, and one that cannot be read of the
        /// type ``unreadable``, with what came as its `content`.
        public init(_ event: ServerSentEvent) {
            let value = JSONValue(text: event.data)
            if case .object(let fields)? = value, let type = fields["type"]?.string, !type.isEmpty {
                self.init(fields)
            } else if event.name == "error" || value.flatMap(ErrorBody.init(reportedIn:)) != nil {
                let words = ErrorBody(event.data.utf8).text
                self.init("error", fields: ["messages": [.string(words)]])
            } else if case .object(let fields)? = value {
                self.init(fields)
            } else {
                self.init(Self.unreadable, fields: ["content": .string(event.data)])
            }
        }

        /// The type of an event that is not a JSON object.
        public static let unreadable = "unreadable event"

        /// The event as a server streams it: ASCII JSON, because the vendor's package breaks characters that are cut.
        public func encoded() throws -> ServerSentEvent {
            ServerSentEvent(data: String(decoding: try WireJSON.encodeASCII(self), as: UTF8.self))
        }

        /// `content` of any type as text.
        public var content: String? { fields["content"]?.readableIfAny }

        /// The texts of an input message.
        public var inputText: String {
            (fields["messages"]?.elements ?? []).compactMap { $0["content"]?.string }.joined(separator: "\n")
        }

        public var toolCallID: String? { fields["tool_call_id"]?.string }

        /// The name of the tool's configuration, in the new spelling or an old one, or else that of the tool.
        public var toolName: String? {
            ["tool_configuration_name", "tool_configuration", "tool_name", "tool_key"].lazy
                .compactMap { fields[$0]?.string }.first { !$0.isEmpty }
        }
    }

    /// The answer of a POST that was not streamed (201), and of `GET …/events`: oldest first.
    public struct EventPage: Codable, Hashable, Sendable {
        public var events: [Event]
        /// Only of a listing.
        public var metadata: PageMetadata?
        /// Only of a POST.
        public var sessionKey: String?

        public init(events: [Event], metadata: PageMetadata) {
            self.events = events
            self.metadata = metadata
        }

        public init(events: [Event], sessionKey: String) {
            self.events = events
            self.sessionKey = sessionKey
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            events = try container.requiredList(.events)
            metadata = container.lenient(.metadata)
            sessionKey = container.text(.sessionKey)
        }

        private enum CodingKeys: String, CodingKey {
            case events, metadata
            case sessionKey = "session_key"
        }
    }
}
