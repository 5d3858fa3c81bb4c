import Wire

extension Vectara {
    /// An agent, with the fields that the vendor's package requires.
    public struct Agent: Codable, Hashable, Sendable {
        public var key: String
        public var name: String
        public var description: String?
        public var isEnabled: Bool
        public var createdAt: Timestamp?
        /// All other fields as they are: `model`, `first_step`, `tool_configurations` …
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

        /// The minimum that the vendor's package accepts.
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
            agents = try container.requiredList(.agents)
            metadata = container.lenient(.metadata) ?? PageMetadata()
        }

        private enum CodingKeys: String, CodingKey {
            case agents, metadata
        }
    }
}
