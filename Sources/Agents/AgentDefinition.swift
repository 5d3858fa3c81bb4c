/// An agent on offer: the names it is known by, how it presents itself, and what answers.
public struct AgentDefinition: Sendable {
    /// 1–50 characters of `0-9 a-z A-Z _ -`.
    public var key: String
    public var name: String
    public var description: String?
    /// 24 hexadecimal digits. If nil, the server generates one and keeps it.
    public var hex: String?
    /// If nil, the server assigns the next number and keeps it.
    public var id: Int64?
    /// The greeting before the first message; empty for none.
    public var welcome: String
    /// What a person might say first.
    public var suggestions: [String]
    public var agent: any ReplyingAgent

    public init(
        key: String, name: String, description: String? = nil, hex: String? = nil, id: Int64? = nil,
        welcome: String = "", suggestions: [String] = [], agent: any ReplyingAgent
    ) {
        self.key = key
        self.name = name
        self.description = description
        self.hex = hex
        self.id = id
        self.welcome = welcome
        self.suggestions = suggestions
        self.agent = agent
    }
}
