/// How far the listing of all agents' sessions has got.
struct SessionCursor: Hashable {
    /// The index of the agent in the account's list.
    var agent = 0
    var pageKey: String?

    init(agent: Int, pageKey: String?) {
        self.agent = agent
        self.pageKey = pageKey
    }

    /// - Parameter text: What ``text`` gave; nil is the beginning.
    init(_ text: String?) {
        let parts = text?.split(separator: " ", maxSplits: 1) ?? []
        agent = parts.first.flatMap { Int($0) } ?? 0
        pageKey = parts.count > 1 ? String(parts[1]) : nil
    }

    var text: String { pageKey.map { "\(agent) \($0)" } ?? String(agent) }

    /// The next page of the same agent, or the first of the next one.
    func next(_ key: String?, of agents: Int) -> SessionCursor? {
        if let key, key != pageKey { return SessionCursor(agent: agent, pageKey: key) }
        return agent + 1 < agents ? SessionCursor(agent: agent + 1, pageKey: nil) : nil
    }
}
