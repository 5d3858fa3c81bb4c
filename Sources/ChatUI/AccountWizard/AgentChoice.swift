import SessionCore

/// The agents that a service has listed, one or several of which are chosen.
struct AgentChoice: Sendable {
    /// What accepting the selected item means.
    enum Acceptance: Hashable {
        /// The choice is made.
        case chosen
        /// The choice goes on: an agent was marked, or may be.
        case marked
        /// An agent is to be typed in.
        case typed
    }

    private let offered: [Agent]
    /// Those of several that were chosen so far, in the order of the list; nil while one is chosen.
    private var marked: Set<String>?
    var picker: Picker

    /// - Parameter typed: what was typed in before; it is selected.
    init(_ offered: [Agent], typed: [Agent]) {
        self.offered = offered
        picker = Picker(title: "")
        showItems()
        if let same = offered.first(where: { agent in typed.contains { $0.id == agent.id } }) {
            picker.select(.offeredAgent(same))
        }
    }

    /// Whether several agents are being marked.
    var isMarking: Bool { marked != nil }

    /// The agents that are chosen by accepting the selected item.
    var chosen: [Agent] {
        switch picker.selected?.choice {
        case .offeredAgent(let agent)? where marked == nil: [agent]
        case .markedAgents?: offered.filter { marked?.contains($0.id) ?? false }
        default: []
        }
    }

    mutating func accept() -> Acceptance {
        switch picker.selected?.choice {
        case .typedAgent?: return .typed
        case .severalAgents?:
            marked = []
            picker.query = LineEditor()
            showItems()
            picker.select(1)
            return .marked
        case .offeredAgent(let agent)? where marked != nil:
            if marked?.remove(agent.id) == nil { marked?.insert(agent.id) }
            picker.query = LineEditor()
            showItems()
            return .marked
        default: return .chosen
        }
    }

    /// The query and the selected item stay.
    private mutating func showItems() {
        let agents = offered.map { agent in
            let isMarked = marked?.contains(agent.id)
            let sign = isMarked.map { $0 ? "✓ " : "· " } ?? ""
            return Picker.Item(
                choice: .offeredAgent(agent), label: sign + agent.name, detail: agent.id,
                key: "\(agent.name) \(agent.id)")
        }
        guard let marked else {
            let several = Picker.Item(choice: .severalAgents, label: "Several agents…", detail: "one by one")
            let other = Picker.Item(choice: .typedAgent, label: "Another agent…", detail: "by its id")
            picker.replace(with: agents + (offered.count > 1 ? [several] : []) + [other])
            return
        }
        let label =
            marked.isEmpty
            ? "Mark agents with Enter, then continue here" : "Continue with these: \(marked.count)"
        picker.replace(with: [Picker.Item(choice: .markedAgents, label: label, detail: "")] + agents)
    }

    /// Agents as typed in, with commas between them: each by its id and, if a name is wanted, the name behind it.
    static func agents(in text: String) -> [Agent] {
        text.split(separator: ",").compactMap { part in
            let words = part.split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
            return words.first.map { Agent(id: $0, name: words.count > 1 ? words[1].trimmingSpaces : $0) }
        }
    }
}
