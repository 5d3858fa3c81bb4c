/// Something to choose from, such as a product.
public struct AgentCard: Hashable, Sendable {
    public struct Property: Hashable, Sendable {
        public var title: String
        public var value: String

        public init(title: String, value: String) {
            self.title = title
            self.value = value
        }
    }

    public var title: String
    public var isRecommended: Bool
    public var properties: [Property]

    public init(title: String, isRecommended: Bool = false, properties: [Property] = []) {
        self.title = title
        self.isRecommended = isRecommended
        self.properties = properties
    }

    /// Cards as a Markdown list, for where there are none.
    public static func markdown(_ cards: [AgentCard]) -> String {
        let items = cards.map { card in
            let name = "**\(card.title)**" + (card.isRecommended ? " (recommended)" : "")
            let properties = card.properties.map { "\($0.title): \($0.value)" }.joined(separator: ", ")
            return "- " + name + (properties.isEmpty ? "" : " · " + properties)
        }
        return items.joined(separator: "\n")
    }
}
