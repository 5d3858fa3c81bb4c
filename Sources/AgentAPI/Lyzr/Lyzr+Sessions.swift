import Wire

extension Lyzr {
    /// The body of `POST /v1/sessions/` and `PUT /v1/sessions/{id}`.
    public struct SessionRequest: Codable, Hashable, Sendable {
        public var userID: String
        public var metadata: JSONValue?

        public init(userID: String, metadata: JSONValue? = nil) {
            self.userID = userID
            self.metadata = metadata
        }

        private enum CodingKeys: String, CodingKey {
            case userID = "user_id"
            case metadata
        }
    }

    /// The answer of `POST /v1/sessions/`, and with metadata that of `PUT /v1/sessions/{id}`.
    public struct SessionCreated: Codable, Hashable, Sendable {
        public var sessionID: String
        /// Omitted if nil.
        public var metadata: JSONValue?

        public init(sessionID: String, metadata: JSONValue? = nil) {
            self.sessionID = sessionID
            self.metadata = metadata
        }

        private enum CodingKeys: String, CodingKey {
            case sessionID = "session_id"
            case metadata
        }
    }

    /// One element of `GET /v1/users/{user_id}/sessions`.
    public struct SessionEntry: Codable, Hashable, Sendable {
        public var sessionID: String
        public var createdAt: Timestamp?
        /// Only newer services name their sessions.
        public var name: String?

        public init(sessionID: String, createdAt: Timestamp?, name: String? = nil) {
            self.sessionID = sessionID
            self.createdAt = createdAt
            self.name = name
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            sessionID = try container.requiredText(.sessionID)
            createdAt = container.lenient(.createdAt)
            name = container.text(.name)
        }

        private enum CodingKeys: String, CodingKey {
            case sessionID = "session_id"
            case createdAt = "created_at"
            case name = "session_name"
        }
    }

    /// The answer of `GET /v1/users/{user_id}/sessions`. Elements that cannot be decoded are left out.
    public struct SessionList: Codable, Hashable, Sendable {
        public var sessions: [SessionEntry]

        public init(_ sessions: [SessionEntry]) { self.sessions = sessions }

        public init(from decoder: any Decoder) throws {
            if let wrapped = try? decoder.container(keyedBy: CodingKeys.self) {
                sessions = try wrapped.requiredList(.sessions)
            } else {
                sessions = try LenientList<SessionEntry>(from: decoder).elements
            }
        }

        public func encode(to encoder: any Encoder) throws { try sessions.encode(to: encoder) }

        private enum CodingKeys: String, CodingKey {
            case sessions
        }
    }

    /// The answer of `GET /v1/sessions/{id}`.
    public struct Session: Codable, Hashable, Sendable {
        public var isActive: Bool
        public var sessionID: String
        /// 24 hexadecimal digits.
        public var objectID: String
        public var userID: String
        public var createdAt: Timestamp?

        public init(
            isActive: Bool, sessionID: String, objectID: String, userID: String, createdAt: Timestamp?
        ) {
            self.isActive = isActive
            self.sessionID = sessionID
            self.objectID = objectID
            self.userID = userID
            self.createdAt = createdAt
        }

        private enum CodingKeys: String, CodingKey {
            case isActive = "active"
            case sessionID = "session_id"
            case objectID = "_id"
            case userID = "user_id"
            case createdAt = "created_at"
        }
    }

    /// One message of `GET /v1/sessions/{id}/history`.
    public struct HistoryMessage: Codable, Hashable, Sendable {
        /// `user` or `assistant`.
        public var role: String
        public var content: String
        public var createdAt: Timestamp?
        /// Parley's own: see ``ReplyMetadata``. Omitted if nil.
        public var metadata: JSONValue?

        public init(role: String, content: String, createdAt: Timestamp?) {
            self.role = role
            self.content = content
            self.createdAt = createdAt
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            role = container.text(.role) ?? "assistant"
            content =
                container.text(.content) ?? container.lenient(.content, as: JSONValue.self)?.readable ?? ""
            createdAt = container.lenient(.createdAt)
            metadata = container.lenient(.metadata)
        }

        private enum CodingKeys: String, CodingKey {
            case role, content, metadata
            case createdAt = "created_at"
        }
    }

    /// `GET /v1/sessions/{id}/history`, oldest first. Encodes a bare array; decodes `{"history": []}` too.
    public struct History: Codable, Hashable, Sendable {
        public var messages: [HistoryMessage]

        public init(_ messages: [HistoryMessage]) { self.messages = messages }

        public init(from decoder: any Decoder) throws {
            if let wrapped = try? decoder.container(keyedBy: CodingKeys.self) {
                messages = try wrapped.requiredList(.history)
            } else {
                messages = try LenientList<HistoryMessage>(from: decoder).elements
            }
        }

        public func encode(to encoder: any Encoder) throws { try messages.encode(to: encoder) }

        private enum CodingKeys: String, CodingKey {
            case history
        }
    }

    /// `GET /v1/sessions/{id}/summary` and `…/conversation`.
    public struct Payload: Codable, Hashable, Sendable {
        public var payload: String
        public init(payload: String) { self.payload = payload }
    }
}
