import AgentAPI
import Agents

// Rows of the store in the types of this dialect.

extension AUI.Task {
    init(_ conversation: StoredConversation, agent: StoredAgent?, in agents: AgentDirectory) {
        let profile = agent.flatMap(agents.profile(for:))
        self.init(
            id: conversation.hex, userID: conversation.userId ?? "",
            title: conversation.name.isEmpty ? "New Conversation" : conversation.name,
            welcomeMessage: profile?.welcome ?? "", suggestions: profile?.suggestions ?? [])
    }
}

extension AUI.Message {
    init(_ entry: StoredEntry, user: String?, agent: StoredAgent?) {
        let person = AUI.Party(id: user ?? "user", type: "user")
        let speaker = AUI.Party(id: agent?.key ?? "agent", type: "agent")
        let isFromPerson = entry.kind == .user
        let additions = entry.additions
        let suggestions = additions.suggestions.isEmpty ? additions.question?.options : additions.suggestions
        self.init(
            id: entry.token, createdAt: Timestamp(entry.createdAt, .utc(digits: 3)),
            text: additions.withoutCards(entry.text),
            sender: isFromPerson ? person : speaker, receiver: isFromPerson ? speaker : person,
            options: additions.cards.map(AUI.Product.init), suggestions: suggestions ?? [])
    }
}

extension AUI.Product {
    fileprivate init(_ card: AgentCard) {
        let properties = [AgentCard.Property(title: "name", value: card.title)] + card.properties
        self.init(
            isRecommended: card.isRecommended,
            parameters: properties.map { .init(title: $0.title, value: .string($0.value), type: "string") })
    }
}
