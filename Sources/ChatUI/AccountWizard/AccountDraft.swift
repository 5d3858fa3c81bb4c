import SessionCore
import Settings

/// A service that an account can be added for, as the wizard describes it.
public struct ServiceOffer: Sendable {
    public var service: Config.Account.Service
    public var name: String
    /// What it is, in a few words.
    public var summary: String
    /// Its default address; nil where it has none.
    public var url: String?
    /// The environment variable that usually holds its key.
    public var keyVariable: String
    /// Asks for the user, as a sentence; nil where the service needs none.
    public var userHint: String?
    /// The default user.
    public var user: String
    /// What an agent's id is and where to find it, as a sentence; nil where the key alone names the agent.
    public var agentHint: String?
    /// Whether it may be able to list its agents.
    public var listsAgents: Bool
    /// Whether a key belongs to a single agent.
    public var keyHasOneAgent: Bool

    public init(
        service: Config.Account.Service, name: String, summary: String, url: String?, keyVariable: String,
        userHint: String?, user: String, agentHint: String?, listsAgents: Bool, keyHasOneAgent: Bool = false
    ) {
        self.service = service
        self.name = name
        self.summary = summary
        self.url = url
        self.keyVariable = keyVariable
        self.userHint = userHint
        self.user = user
        self.agentHint = agentHint
        self.listsAgents = listsAgents
        self.keyHasOneAgent = keyHasOneAgent
    }
}

/// An account as filled in. It may hold a key, which stays in memory and is never written or shown.
public struct AccountDraft: Sendable {
    public enum Key: Sendable, CustomStringConvertible {
        case from(Config.Account.KeySource)
        /// The key itself; saving the account writes it into a file.
        case pasted(String)

        /// Does not contain the key.
        public var description: String {
            switch self {
            case .from(let source): source.description
            case .pasted: "what you pasted"
            }
        }
    }

    public var name: String
    public var service: Config.Account.Service
    public var url: String
    public var key: Key
    /// Empty where the service needs none.
    public var user: String
    public var agents: [Agent]
    /// Whether key and messages may go over the network without encryption.
    public var isInsecure: Bool

    public init(
        name: String, service: Config.Account.Service, url: String, key: Key, user: String, agents: [Agent],
        isInsecure: Bool = false
    ) {
        self.name = name
        self.service = service
        self.url = url
        self.key = key
        self.user = user
        self.agents = agents
        self.isInsecure = isInsecure
    }
}

/// A request of the wizard to the program; answered by an ``AccountWizardAnswer`` of the same number.
public struct AccountWizardRequest: Sendable {
    public enum Kind: Sendable {
        /// List the agents.
        case agents
        /// Check the account without a message to an agent.
        case check
        /// Write the account into the configuration and use it from now on.
        case save
    }

    public var number: UInt64
    public var kind: Kind
    public var draft: AccountDraft
}

public struct AccountWizardAnswer: Sendable {
    public enum Outcome: Sendable {
        /// nil where the service cannot list its agents.
        case agents([Agent]?)
        case checked([Diagnostic])
        /// All accounts, the new one among them.
        case saved([AccountEntry])
        /// A message for the person.
        case failed(String)
    }

    public var number: UInt64
    public var outcome: Outcome

    public init(number: UInt64, outcome: Outcome) {
        self.number = number
        self.outcome = outcome
    }
}
