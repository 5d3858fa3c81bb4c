import Wire

extension Vectara {
    /// The body of `POST /v2/agents/{agent_key}/sessions`. What is nil is omitted.
    public struct SessionRequest: Codable, Hashable, Sendable {
        public var key: String?
        public var name: String?
        public var description: String?
        public var metadata: JSONValue?
        public var isEnabled: Bool?
        public var source: Source?

        public init(
            key: String? = nil, name: String? = nil, description: String? = nil, metadata: JSONValue? = nil,
            isEnabled: Bool? = nil, source: Source? = nil
        ) {
            self.key = key
            self.name = name
            self.description = description
            self.metadata = metadata
            self.isEnabled = isEnabled
            self.source = source
        }

        private enum CodingKeys: String, CodingKey {
            case key, name, description, metadata
            case isEnabled = "enabled"
            case source = "from_session"
        }
    }

    /// The session that a fork copies its events from.
    public struct Source: Codable, Hashable, Sendable {
        public var agentKey: String?
        public var sessionKey: String
        /// The last event that is copied; nil copies all. Excludes ``compactUpTo``.
        public var includeUpTo: String?
        /// Everything up to this event becomes one summary.
        public var compactUpTo: String?

        public init(
            agentKey: String? = nil, sessionKey: String, includeUpTo: String? = nil,
            compactUpTo: String? = nil
        ) {
            self.agentKey = agentKey
            self.sessionKey = sessionKey
            self.includeUpTo = includeUpTo
            self.compactUpTo = compactUpTo
        }

        private enum CodingKeys: String, CodingKey {
            case agentKey = "agent_key"
            case sessionKey = "session_key"
            case includeUpTo = "include_up_to_event_id"
            case compactUpTo = "compact_up_to_event_id"
        }
    }

    /// The body of `PATCH …/sessions/{session_key}`. What is nil stays as it is.
    public struct SessionChange: Codable, Hashable, Sendable {
        public var name: String?
        public var description: String?
        public var metadata: JSONValue?
        public var isEnabled: Bool?

        public init(
            name: String? = nil, description: String? = nil, metadata: JSONValue? = nil,
            isEnabled: Bool? = nil
        ) {
            self.name = name
            self.description = description
            self.metadata = metadata
            self.isEnabled = isEnabled
        }

        private enum CodingKeys: String, CodingKey {
            case name, description, metadata
            case isEnabled = "enabled"
        }
    }

    /// A session.
    public struct Session: Codable, Hashable, Sendable {
        public var key: String
        public var agentKey: String
        public var name: String
        public var description: String?
        public var metadata: JSONValue?
        public var isEnabled: Bool
        public var createdAt: Timestamp?
        /// `unstarted`, `running` or `stopped`; newer services only.
        public var status: String?
        /// Minutes without input after which the session ends; 0 for never.
        public var idleMinutes: Int?
        /// The names of the session's secrets, each with `****`.
        public var secrets: JSONValue?

        public init(
            key: String, agentKey: String, name: String, description: String? = nil,
            metadata: JSONValue? = nil,
            isEnabled: Bool = true, createdAt: Timestamp, status: String? = nil, idleMinutes: Int? = nil,
            secrets: JSONValue? = nil
        ) {
            self.key = key
            self.agentKey = agentKey
            self.name = name
            self.description = description
            self.metadata = metadata
            self.isEnabled = isEnabled
            self.createdAt = createdAt
            self.status = status
            self.idleMinutes = idleMinutes
            self.secrets = secrets
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            key = try container.requiredText(.key)
            agentKey = container.text(.agentKey) ?? ""
            name = container.text(.name) ?? ""
            description = container.text(.description)
            metadata = container.lenient(.metadata)
            isEnabled = container.lenient(.isEnabled, as: Bool.self) ?? true
            createdAt = container.lenient(.createdAt)
            status = container.text(.status)
            idleMinutes = container.integer(.idleMinutes)
            secrets = container.lenient(.secrets)
        }

        private enum CodingKeys: String, CodingKey {
            case key
            case agentKey = "agent_key"
            case name, description, metadata
            case isEnabled = "enabled"
            case createdAt = "created_at"
            case status
            case idleMinutes = "tti_minutes"
            case secrets
        }
    }

    /// The answer of `GET /v2/agents/{agent_key}/sessions`.
    public struct SessionPage: Codable, Hashable, Sendable {
        public var sessions: [Session]
        public var metadata: PageMetadata

        public init(sessions: [Session], metadata: PageMetadata) {
            self.sessions = sessions
            self.metadata = metadata
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            sessions = try container.requiredList(.sessions)
            metadata = container.lenient(.metadata) ?? PageMetadata()
        }

        private enum CodingKeys: String, CodingKey {
            case sessions, metadata
        }
    }
}
