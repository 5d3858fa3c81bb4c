import Wire

extension Lyzr {
    /// `GET /v3/agents/`: a bare array. Elements that cannot be decoded are left out.
    public struct AgentList: Decodable, Hashable, Sendable {
        public var agents: [Agent]

        public init(from decoder: any Decoder) throws {
            if let wrapped = try? decoder.container(keyedBy: CodingKeys.self) {
                agents = try wrapped.requiredList(.agents)
            } else {
                agents = try LenientList<Agent>(from: decoder).elements
            }
        }

        private enum CodingKeys: String, CodingKey {
            case agents
        }
    }

    /// One agent of a host of version 3. Only what is used is decoded.
    public struct Agent: Decodable, Hashable, Sendable {
        /// 24 hexadecimal digits.
        public var id: String
        public var name: String

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            id = try container.text(.objectID) ?? container.text(.agentID) ?? container.requiredText(.id)
            let name = container.text(.name) ?? ""
            self.name = name.isEmpty ? id : name
        }

        private enum CodingKeys: String, CodingKey {
            case objectID = "_id"
            case agentID = "agent_id"
            case id, name
        }
    }
}
