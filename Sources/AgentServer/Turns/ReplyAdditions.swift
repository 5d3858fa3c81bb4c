import Agents
import Wire

/// What came with an answer beside its text, as the answer's entry keeps it. The text has the cards and the question too, for the
/// dialects that have nothing else.
struct ReplyAdditions: Hashable, Sendable {
    var suggestions: [String] = []
    var cards: [AgentCard] = []
    /// What the person is asked.
    var question: AgentQuestion?
}

extension ReplyAdditions {
    /// What is missing or malformed is left out.
    init(_ data: JSONValue) {
        suggestions = data["suggestions"]?.strings ?? []
        cards = (data["cards"]?.elements ?? []).map(AgentCard.init)
        question = data["question"].map {
            AgentQuestion($0["prompt"]?.string ?? "", options: $0["options"]?.strings ?? [])
        }
    }

    /// Without what there is none of.
    var json: JSONValue {
        var data: [String: JSONValue] = [:]
        if !suggestions.isEmpty { data["suggestions"] = .array(suggestions.map(JSONValue.string)) }
        if !cards.isEmpty { data["cards"] = .array(cards.map(\.json)) }
        if let question {
            data["question"] = [
                "prompt": .string(question.prompt), "options": .array(question.options.map(JSONValue.string)),
            ]
        }
        return .object(data)
    }

    /// An answer's text without its cards.
    func withoutCards(_ text: String) -> String {
        guard !cards.isEmpty else { return text }
        let list = AgentCard.markdown(cards)
        guard let range = text.range(of: "\n\n" + list) ?? text.range(of: list) else { return text }
        return text.replacingCharacters(in: range, with: "")
    }
}

extension StoredEntry {
    var additions: ReplyAdditions { ReplyAdditions(data) }
}

extension AgentCard {
    fileprivate init(_ json: JSONValue) {
        self.init(
            title: json["title"]?.string ?? "", isRecommended: json["recommended"] == .bool(true),
            properties: (json["properties"]?.elements ?? []).map {
                Property(title: $0["title"]?.string ?? "", value: $0["value"]?.string ?? "")
            })
    }

    fileprivate var json: JSONValue {
        [
            "title": .string(title), "recommended": .bool(isRecommended),
            "properties": .array(
                properties.map { ["title": .string($0.title), "value": .string($0.value)] as JSONValue }),
        ]
    }
}

extension JSONValue {
    fileprivate var strings: [String]? { elements?.compactMap(\.string) }
}
