/// One agent: the names it is known by, and what answers.
public struct AgentDefinition: Sendable {
    public enum Kind: Sendable {
        /// Answers from the manual; the pace at which its words appear.
        case guide(Pace)
        case other(any ReplyingAgent)
    }

    /// 1–50 characters of `0-9 a-z A-Z _ -`.
    public var key: String
    public var name: String
    public var description: String?
    /// 24 hexadecimal digits; drawn once and kept if nil.
    public var hex: String?
    /// Counted and kept if nil.
    public var id: Int64?
    /// How the agent greets, before anything was said.
    public var welcome: String
    /// What a person might say first.
    public var suggestions: [String]
    public var kind: Kind

    public init(
        key: String, name: String, description: String? = nil, hex: String? = nil, id: Int64? = nil,
        welcome: String = "", suggestions: [String] = [], kind: Kind
    ) {
        self.key = key
        self.name = name
        self.description = description
        self.hex = hex
        self.id = id
        self.welcome = welcome
        self.suggestions = suggestions
        self.kind = kind
    }
}
