import Agents
import Wire

/// What came with an answer beside its text, as the answer's entry keeps it. The text has the cards and the question too, for the
/// dialects that have nothing else.
struct ReplyAdditions: Hashable, Sendable {
    var suggestions: [String] = []
    var cards: [AgentCard] = []
    /// What the person is asked.
    var question: AgentQuestion?
    var format = TextFormat.markdown
    var usage: TokenUsage?
}

extension ReplyAdditions {
    /// What is missing or malformed is left out.
    init(_ data: JSONValue) {
        suggestions = data["suggestions"]?.strings ?? []
        cards = (data["cards"]?.elements ?? []).map(AgentCard.init)
        format = data["format"]?.string.flatMap(TextFormat.init) ?? .markdown
        usage = data["usage"].map {
            TokenUsage(input: $0["input_tokens"]?.integer, output: $0["output_tokens"]?.integer)
        }
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
        data.merge(metadata) { $1 }
        return .object(data)
    }

    /// How the answer is read and what it has cost, as far as there is something to say.
    var metadata: [String: JSONValue] {
        var metadata: [String: JSONValue] = [:]
        if format != .markdown { metadata["format"] = .string(format.rawValue) }
        if let usage {
            var tokens: [String: JSONValue] = [:]
            tokens["input_tokens"] = usage.input.map { .integer($0) }
            tokens["output_tokens"] = usage.output.map { .integer($0) }
            metadata["usage"] = .object(tokens)
        }
        return metadata
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
    fileprivate var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
    fileprivate var strings: [String]? { elements?.compactMap(\.string) }
}
