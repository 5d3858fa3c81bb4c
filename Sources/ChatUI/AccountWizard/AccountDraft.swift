import SessionCore
import Settings

/// A service that an account can be added for, as the setup describes it.
public struct ServiceOffer: Sendable {
    public var service: Config.Account.Service
    public var name: String
    /// What it is, in a few words.
    public var summary: String
    /// Its usual address; nil where it has none.
    public var url: String?
    /// The environment variable that its key is usually kept in.
    public var keyVariable: String
    /// What it wants to know a person for, as a sentence; nil where it does not ask who one is.
    public var userHint: String?
    /// Who the person is, if nothing else is filled in.
    public var user: String
    /// What the identifier of an agent is there and where it is found, as a sentence; nil where a key belongs to one agent that
    /// need not be named.
    public var agentHint: String?
    /// Whether some of its installations can be asked which agents there are.
    public var listsAgents: Bool

    public init(
        service: Config.Account.Service, name: String, summary: String, url: String?, keyVariable: String,
        userHint: String?, user: String, agentHint: String?, listsAgents: Bool
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
    }
}

/// An account as it was filled in. It may hold a key: it is handed on in memory and never written or shown.
public struct AccountDraft: Sendable {
    public enum Key: Sendable, CustomStringConvertible {
        case from(Config.Account.KeySource)
        /// The key itself, which is to be put into a file when the account is saved.
        case pasted(String)

        /// Never the key.
        public var description: String {
            switch self {
            case .from(let source): source.description
            case .pasted: "what was pasted"
            }
        }
    }

    public var name: String
    public var service: Config.Account.Service
    public var url: String
    public var key: Key
    /// Empty where the service does not ask.
    public var user: String
    public var agents: [Agent]

    public init(
        name: String, service: Config.Account.Service, url: String, key: Key, user: String, agents: [Agent]
    ) {
        self.name = name
        self.service = service
        self.url = url
        self.key = key
        self.user = user
        self.agents = agents
    }
}

/// What the setup asks of the program around it; answered by a ``AccountWizardAnswer`` of the same number.
public struct AccountWizardRequest: Sendable {
    public enum Kind: Sendable {
        /// Which agents are there?
        case agents
        /// Does the account work? Nothing is said to an agent.
        case check
        /// Write it into the configuration, and use it from now on.
        case save
    }

    public var number: UInt64
    public var kind: Kind
    public var draft: AccountDraft
}

public struct AccountWizardAnswer: Sendable {
    public enum Outcome: Sendable {
        /// nil where the service cannot be asked.
        case agents([Agent]?)
        case checked([AccountFinding])
        /// Every account that there is now.
        case saved([AccountEntry])
        /// In words for a person.
        case failed(String)
    }

    public var number: UInt64
    public var outcome: Outcome

    public init(number: UInt64, outcome: Outcome) {
        self.number = number
        self.outcome = outcome
    }
}

/// One thing that was looked at of an account, in words for a person.
public struct AccountFinding: Hashable, Sendable {
    /// nil where it cannot be told without saying something to an agent.
    public var isGood: Bool?
    public var text: String

    public init(_ isGood: Bool?, _ text: String) {
        self.isGood = isGood
        self.text = text
    }
}
