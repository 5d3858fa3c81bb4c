import SessionCore

/// An account as the interface offers it.
public struct AccountEntry: Sendable {
    public var name: AccountName
    public var agents: [Agent]
    public var capabilities: Capabilities
    /// Whether others on the way can read what is sent.
    public var isInClear: Bool
    /// What agents do, in a sentence, by their ids: of those for which that is known.
    public var summaries: [String: String]

    public init(
        name: AccountName, agents: [Agent], capabilities: Capabilities, isInClear: Bool = false,
        summaries: [String: String] = [:]
    ) {
        self.name = name
        self.agents = agents
        self.capabilities = capabilities
        self.isInClear = isInClear
        self.summaries = summaries
    }
}

/// The agents of an account, as its service listed them.
public struct AgentsAnswer: Sendable {
    public var account: AccountName
    public var result: Result<[Agent], ServiceError>

    public init(account: AccountName, result: Result<[Agent], ServiceError>) {
        self.account = account
        self.result = result
    }
}

/// The accounts there are, the agents each offers, and which services were asked for theirs.
struct Accounts: Sendable {
    private(set) var all: [AccountEntry]
    /// The services that accounts can be added for.
    let offers: [ServiceOffer]
    /// The accounts whose services were asked for their agents.
    private var asked: Set<AccountName> = []
    /// What the services have listed, beside the agents that the accounts name.
    private var listed: [AccountName: [Agent]] = [:]
    private var configured: [AccountName: [Agent]]
    /// What was last chosen for a new task.
    private var lastChoice: (account: AccountName, agent: Agent)?

    init(_ all: [AccountEntry], offers: [ServiceOffer]) {
        self.all = all
        self.offers = offers
        configured = Self.agents(of: all)
    }

    subscript(name: AccountName) -> AccountEntry? { all.first { $0.name == name } }
    var areSeveral: Bool { all.count > 1 }
    var agentCount: Int { all.reduce(0) { $0 + $1.agents.count } }
    var listTasks: Bool { all.contains { $0.capabilities.contains(.listsTasks) } }
    /// Whether an account without agents waits for its service to list them.
    var awaitAgents: Bool { all.contains { $0.agents.isEmpty && asked.contains($0.name) } }

    /// Takes over a changed list of accounts. What the services have listed is kept, but for accounts that name other agents now.
    mutating func replace(with new: [AccountEntry]) {
        for entry in new where configured[entry.name] != entry.agents {
            asked.remove(entry.name)
            listed[entry.name] = nil
        }
        all = new
        configured = Self.agents(of: new)
        for (name, agents) in listed { add(agents, to: name) }
    }

    private static func agents(of accounts: [AccountEntry]) -> [AccountName: [Agent]] {
        Dictionary(accounts.map { ($0.name, $0.agents) }) { first, _ in first }
    }

    private mutating func add(_ agents: [Agent], to account: AccountName) {
        guard let index = all.firstIndex(where: { $0.name == account }) else { return }
        let known = Set(all[index].agents.map(\.id))
        all[index].agents += agents.filter { !known.contains($0.id) }
    }

    /// Whether an agent is one of its account, or may be: of an account whose service has yet to list them.
    private func isOffered(_ agent: Agent, by account: AccountName) -> Bool {
        guard let entry = self[account] else { return false }
        return entry.agents.isEmpty || entry.agents.contains { $0.id == agent.id }
            || entry.capabilities.contains(.listsAgents) && listed[account] == nil
    }

    // MARK: Agents

    /// Asks the services that can list their agents and have not been asked.
    mutating func askForAgents() -> [Effect] {
        let new = all.filter { $0.capabilities.contains(.listsAgents) && !asked.contains($0.name) }
        asked.formUnion(new.map(\.name))
        return new.map { .listAgents($0.name) }
    }

    mutating func apply(_ answer: AgentsAnswer) -> [Effect] {
        switch answer.result {
        case .success(let agents):
            listed[answer.account, default: []] += agents
            add(agents, to: answer.account)
            return []
        case .failure(let error):
            // The next new task asks again.
            asked.remove(answer.account)
            guard self[answer.account]?.agents.isEmpty ?? false else { return [] }
            return [
                .notice(
                    "Cannot list the agents of “\(answer.account)”. \(error.description)", .statusError,
                    about: .agents(answer.account))
            ]
        }
    }

    /// The first account with an agent, or whose service may still list one.
    private var first: AccountEntry? {
        all.first { !$0.agents.isEmpty || asked.contains($0.name) } ?? all.first
    }

    // MARK: A new task

    mutating func choose(_ agent: Agent, of account: AccountName) { lastChoice = (account, agent) }

    /// The agent to offer first for a new task: the one chosen last, else that of `task`.
    func likelyAgent(near task: ChatTask?) -> (account: AccountName, agent: Agent)? {
        if let lastChoice, isOffered(lastChoice.agent, by: lastChoice.account) { return lastChoice }
        guard let task, isOffered(task.agent, by: task.account) else { return nil }
        return (task.account, task.agent)
    }

    /// Whom a new task talks to: what was asked for, completed by the account and agent of `task`, then by the first there is.
    func partner(
        account name: AccountName?, agent chosen: Agent?, near task: ChatTask?
    ) -> (account: AccountEntry, agent: Agent)? {
        let current = task.flatMap { task in self[task.account].map { (account: $0, agent: task.agent) } }
        guard let account = name.flatMap({ self[$0] }) ?? current?.account ?? first else { return nil }
        // An agent that the configuration does not name any more begins no further task.
        let near = current.flatMap {
            $0.account.name == account.name && isOffered($0.agent, by: account.name) ? $0.agent : nil
        }
        let agent = chosen ?? near ?? account.agents.first
        return agent.map { (account, $0) }
    }
}
