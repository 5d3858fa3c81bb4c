extension Xagent {
    /// One agent of `GET /v1/agents` (with a personal key).
    public struct Agent: Codable, Hashable, Sendable {
        public var id: Int
        public var name: String
        public var description: String?
        /// `active`, `draft` or `paused`.
        public var status: String?

        public init(id: Int, name: String, description: String? = nil, status: String? = "active") {
            self.id = id
            self.name = name
            self.description = description
            self.status = status
        }
    }
}
