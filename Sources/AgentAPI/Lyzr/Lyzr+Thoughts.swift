extension Lyzr {
    /// Separates thinking from text in an answer that begins with `<think>…</think>`. Later tags are text.
    public struct Thoughts: Sendable {
        private enum Position {
            case before, within, after
        }

        private static let opening = "<think>"
        private static let closing = "</think>"

        private var position = Position.before
        /// What may be a part of the next tag.
        private var held = ""

        public init() {}

        /// The events of more of the answer.
        public mutating func decode(_ more: String) -> [StreamDecoder.Event] {
            switch position {
            case .after: return Self.text(more)
            case .before: return begin(held + more)
            case .within: return think(held + more)
            }
        }

        /// The events of what was held back at the end.
        public mutating func finish() -> [StreamDecoder.Event] {
            defer { held = "" }
            return position == .within ? Self.thinking(held) : Self.text(held)
        }

        /// Separates a whole answer.
        public static func split(_ text: String) -> (thinking: String, text: String) {
            var thoughts = Thoughts()
            var parts = (thinking: "", text: "")
            for event in thoughts.decode(text) + thoughts.finish() {
                switch event {
                case .thinking(let more): parts.thinking += more
                case .text(let more): parts.text += more
                case .toolCall, .toolResult, .format, .usage, .failed, .unexpectedPage: break
                }
            }
            return parts
        }

        private mutating func begin(_ text: String) -> [StreamDecoder.Event] {
            let visible = text.drop(while: \.isWhitespace)
            held = ""
            if visible.hasPrefix(Self.opening) {
                position = .within
                return think(String(visible.dropFirst(Self.opening.count)))
            }
            guard Self.opening.hasPrefix(visible) else {
                position = .after
                return Self.text(text)
            }
            held = text
            return []
        }

        private mutating func think(_ text: String) -> [StreamDecoder.Event] {
            held = ""
            if let end = text.firstRange(of: Self.closing) {
                position = .after
                let rest = text[end.upperBound...].drop(while: \.isWhitespace)
                return Self.thinking(String(text[..<end.lowerBound])) + Self.text(String(rest))
            }
            let kept = (1..<Self.closing.count).last { text.hasSuffix(Self.closing.prefix($0)) } ?? 0
            held = String(text.suffix(kept))
            return Self.thinking(String(text.dropLast(kept)))
        }

        private static func text(_ text: String) -> [StreamDecoder.Event] {
            text.isEmpty ? [] : [.text(text)]
        }

        private static func thinking(_ text: String) -> [StreamDecoder.Event] {
            text.isEmpty ? [] : [.thinking(text)]
        }
    }
}
