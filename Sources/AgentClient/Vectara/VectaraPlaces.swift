import AgentAPI
import Foundation
import Wire

/// Where the listing of all agents' sessions has got to.
struct SessionPlace: Hashable {
    /// The place of the agent in the account's list.
    var agent = 0
    var pageKey: String?

    init(agent: Int, pageKey: String?) {
        self.agent = agent
        self.pageKey = pageKey
    }

    /// nil is the beginning.
    init(_ text: String?) {
        let parts = text?.split(separator: " ", maxSplits: 1) ?? []
        agent = parts.first.flatMap { Int($0) } ?? 0
        pageKey = parts.count > 1 ? String(parts[1]) : nil
    }

    var text: String { pageKey.map { "\(agent) \($0)" } ?? String(agent) }

    /// The next page of the same agent, or the first of the next one.
    func next(_ key: String?, of agents: Int) -> SessionPlace? {
        if let key, key != pageKey { return SessionPlace(agent: agent, pageKey: key) }
        return agent + 1 < agents ? SessionPlace(agent: agent + 1, pageKey: nil) : nil
    }
}

/// The keys of the pages from the oldest to the one that comes next when going back.
struct PageTrail: Hashable {
    struct Stop: Hashable {
        /// nil for the oldest page.
        var pageKey: String?
    }

    /// A session with more pages than this is shown from its beginning only.
    private static let limit = 1000

    private var stops: [Stop]

    /// At the oldest page.
    init() { stops = [Stop()] }

    init(text: String) {
        let keys = (try? WireJSON.decode([JSONValue].self, from: text.utf8)) ?? []
        stops = keys.map { Stop(pageKey: $0.string) }
    }

    var text: String { JSONValue.array(stops.map { JSONValue(text: $0.pageKey) }).compact }

    var last: Stop? { stops.last }

    /// The trail without its last stop; nil at the beginning.
    var shortened: PageTrail? {
        guard stops.count > 1 else { return nil }
        var trail = self
        trail.stops.removeLast()
        return trail
    }

    /// Goes on to the next page, unless it was there already.
    mutating func add(_ key: String) -> Bool {
        let stop = Stop(pageKey: key)
        guard stops.count < Self.limit, !stops.contains(stop) else { return false }
        stops.append(stop)
        return true
    }
}
