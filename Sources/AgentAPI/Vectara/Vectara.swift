import Wire

/// The wire contract of Vectara's v2 agents.
///
/// An agent has sessions, a session has events. A message is a POST that answers with the events of its turn, streamed if asked for.
/// Requests are read strictly where a field has the wrong type; nothing in them is required but a message's content.
public enum Vectara {
    /// The header that carries the key; `Authorization: Bearer` with a token is taken too.
    public static let keyHeader = "x-api-key"

    /// What every key of an agent or a session consists of: 1 to 50 letters, digits, `_` and `-`.
    public static func isKey(_ text: String) -> Bool {
        (1...50).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// An agent, with what the vendor's package insists on.
    public struct Agent: Codable, Hashable, Sendable {
        public var key: String
        public var name: String
        public var description: String?
        public var isEnabled: Bool
        public var createdAt: Timestamp?
        /// Everything else, as it came: `model`, `first_step`, `tool_configurations` …
        public var rest: [String: JSONValue]

        public init(
            key: String, name: String, description: String? = nil, isEnabled: Bool = true,
            createdAt: Timestamp,
            rest: [String: JSONValue] = Agent.minimal
        ) {
            self.key = key
            self.name = name
            self.description = description
            self.isEnabled = isEnabled
            self.createdAt = createdAt
            self.rest = rest
        }

        /// The smallest agent that the vendor's package reads.
        public static let minimal: [String: JSONValue] = [
            "tool_configurations": [:],
            "model": ["name": "local"],
            "first_step": [
                "type": "conversational", "name": "main", "instructions": [],
                "output_parser": ["type": "default"],
            ],
            "metadata": [:],
        ]

        public init(from decoder: any Decoder) throws {
            var fields = try [String: JSONValue](from: decoder)
            guard let key = fields.removeValue(forKey: "key")?.string else {
                throw DecodingError.valueNotFound(
                    String.self,
                    .init(codingPath: decoder.codingPath, debugDescription: "an agent without a key"))
            }
            self.key = key
            name = fields.removeValue(forKey: "name")?.string ?? key
            description = fields.removeValue(forKey: "description")?.string
            isEnabled = fields.removeValue(forKey: "enabled") != .bool(false)
            createdAt = fields.removeValue(forKey: "created_at")?.string.flatMap { Timestamp($0) }
            rest = fields
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = rest
            fields["key"] = .string(key)
            fields["name"] = .string(name)
            fields["description"] = description.map { .string($0) }
            fields["enabled"] = .bool(isEnabled)
            fields["created_at"] = (createdAt?.text).map { .string($0) }
            try fields.encode(to: encoder)
        }
    }

    /// What asks for the next page; nothing on the last one. Always written.
    public struct PageMetadata: Codable, Hashable, Sendable {
        public var pageKey: String?

        public init(pageKey: String? = nil) { self.pageKey = pageKey }

        public init(from decoder: any Decoder) throws {
            let key = try decoder.container(keyedBy: CodingKeys.self).text(.pageKey)
            pageKey = key.flatMap { $0.isEmpty ? nil : $0 }
        }

        private enum CodingKeys: String, CodingKey {
            case pageKey = "page_key"
        }
    }

    /// The answer of `GET /v2/agents`.
    public struct AgentPage: Codable, Hashable, Sendable {
        public var agents: [Agent]
        public var metadata: PageMetadata

        public init(agents: [Agent], metadata: PageMetadata) {
            self.agents = agents
            self.metadata = metadata
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            agents = container.list(.agents)
            metadata = container.lenient(.metadata) ?? PageMetadata()
        }

        private enum CodingKeys: String, CodingKey {
            case agents, metadata
        }
    }

    /// The body of an error: `messages` with a `request_id`; a 404 adds `id`, a 400 `field_errors`.
    public struct Failure: Codable, Hashable, Sendable, Error {
        public var messages: [String]
        public var requestID: String
        public var id: String?
        public var fieldErrors: [String: String]?

        public init(
            _ message: String, requestID: String, id: String? = nil, fieldErrors: [String: String]? = nil
        ) {
            messages = [message]
            self.requestID = requestID
            self.id = id
            self.fieldErrors = fieldErrors
        }

        private enum CodingKeys: String, CodingKey {
            case messages
            case requestID = "request_id"
            case id
            case fieldErrors = "field_errors"
        }
    }
}
