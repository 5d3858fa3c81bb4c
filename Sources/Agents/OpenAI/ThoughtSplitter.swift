/// Separates a model's reasoning from its answer where an endpoint sends both as one text: the reasoning comes first, between `<think>`
/// and `</think>`.
struct ThoughtSplitter: Sendable {
    private enum State {
        /// At most the beginning of a tag has come.
        case start
        case thinking
        /// Only white space has come since the reasoning ended.
        case between
        case answering
    }

    private var state = State.start
    /// What may become a tag.
    private var held = ""

    private static let opening = "<think>"
    private static let closing = "</think>"

    mutating func split(_ piece: String) -> [AgentEvent] {
        switch state {
        case .answering: return [.text(piece)]
        case .start: return start(held + piece)
        case .thinking: return think(held + piece)
        case .between: return begin(piece[...])
        }
    }

    /// Call at the end of the text.
    /// - Returns: What was held back.
    mutating func finish() -> [AgentEvent] {
        defer { held = "" }
        guard !held.isEmpty else { return [] }
        return [state == .thinking ? .thinking(held) : .text(held)]
    }

    private mutating func start(_ text: String) -> [AgentEvent] {
        held = ""
        let trimmed = text.drop(while: \.isWhitespace)
        if trimmed.hasPrefix(Self.opening) {
            state = .thinking
            return think(String(trimmed.dropFirst(Self.opening.count)))
        }
        if Self.opening.hasPrefix(trimmed) {
            held = text
            return []
        }
        state = .answering
        return [.text(text)]
    }

    private mutating func think(_ text: String) -> [AgentEvent] {
        held = ""
        if let end = text.range(of: Self.closing) {
            state = .between
            return Self.thought(text[..<end.lowerBound]) + begin(text[end.upperBound...])
        }
        let tail = Self.beginning(of: Self.closing, atEndOf: text)
        held = String(text.suffix(tail))
        return Self.thought(text.dropLast(tail))
    }

    /// Begins the answer with its first visible character.
    private mutating func begin(_ text: Substring) -> [AgentEvent] {
        let answer = text.drop(while: \.isWhitespace)
        guard !answer.isEmpty else { return [] }
        state = .answering
        return [.text(String(answer))]
    }

    private static func thought(_ text: Substring) -> [AgentEvent] {
        text.isEmpty ? [] : [.thinking(String(text))]
    }

    /// How many characters at the end of a text begin a tag.
    private static func beginning(of tag: String, atEndOf text: String) -> Int {
        (1..<tag.count).reversed().first { text.hasSuffix(tag.prefix($0)) } ?? 0
    }
}
