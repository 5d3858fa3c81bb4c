/// Tells what a model thinks from what it says where an endpoint sends both as one text: the thought stands at the beginning, between
/// `<think>` and `</think>`.
struct ThoughtSplitter: Sendable {
    private enum State {
        /// At first nothing but the beginning of a mark, if that; between thought and answer nothing but white space.
        case start, thinking, between, answering
    }

    private var state = State.start
    /// What may become a mark.
    private var held = ""

    private static let opening = "<think>"
    private static let closing = "</think>"

    mutating func take(_ piece: String) -> [AgentEvent] {
        switch state {
        case .answering: return [.text(piece)]
        case .start: return start(held + piece)
        case .thinking: return think(held + piece)
        case .between: return begin(piece[...])
        }
    }

    /// What was held back at the end of the text.
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

    /// The answer, from its first visible character on.
    private mutating func begin(_ text: Substring) -> [AgentEvent] {
        let answer = text.drop(while: \.isWhitespace)
        guard !answer.isEmpty else { return [] }
        state = .answering
        return [.text(String(answer))]
    }

    private static func thought(_ text: Substring) -> [AgentEvent] {
        text.isEmpty ? [] : [.thinking(String(text))]
    }

    /// How many characters at the end of a text begin a mark.
    private static func beginning(of mark: String, atEndOf text: String) -> Int {
        (1..<mark.count).reversed().first { text.hasSuffix(mark.prefix($0)) } ?? 0
    }
}
