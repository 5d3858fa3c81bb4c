extension Lyzr {
    /// Tells what an agent thinks from what it says, where an answer begins with `<think>…</think>`. Further on the marks are text like any
    /// other.
    public struct Thoughts: Sendable {
        private enum Place {
            case before, within, after
        }

        private static let opening = "<think>"
        private static let closing = "</think>"

        private var place = Place.before
        /// What may be a part of the next mark.
        private var held = ""

        public init() {}

        /// What more of the answer comes to.
        public mutating func take(_ more: String) -> [StreamDecoder.Event] {
            switch place {
            case .after: return Self.said(more)
            case .before: return begin(held + more)
            case .within: return think(held + more)
            }
        }

        /// What was held back in vain.
        public mutating func finish() -> [StreamDecoder.Event] {
            defer { held = "" }
            return place == .within ? Self.thought(held) : Self.said(held)
        }

        /// A whole answer in its two parts.
        public static func split(_ text: String) -> (thinking: String, text: String) {
            var thoughts = Thoughts()
            var parts = (thinking: "", text: "")
            for event in thoughts.take(text) + thoughts.finish() {
                switch event {
                case .thinking(let more): parts.thinking += more
                case .text(let more): parts.text += more
                case .toolCall, .failed: break
                }
            }
            return parts
        }

        private mutating func begin(_ text: String) -> [StreamDecoder.Event] {
            let visible = text.drop(while: \.isWhitespace)
            held = ""
            if visible.hasPrefix(Self.opening) {
                place = .within
                return think(String(visible.dropFirst(Self.opening.count)))
            }
            guard Self.opening.hasPrefix(visible) else {
                place = .after
                return Self.said(text)
            }
            held = text
            return []
        }

        private mutating func think(_ text: String) -> [StreamDecoder.Event] {
            held = ""
            if let end = text.firstRange(of: Self.closing) {
                place = .after
                let rest = text[end.upperBound...].drop(while: \.isWhitespace)
                return Self.thought(String(text[..<end.lowerBound])) + Self.said(String(rest))
            }
            let kept = (1..<Self.closing.count).last { text.hasSuffix(Self.closing.prefix($0)) } ?? 0
            held = String(text.suffix(kept))
            return Self.thought(String(text.dropLast(kept)))
        }

        private static func said(_ text: String) -> [StreamDecoder.Event] {
            text.isEmpty ? [] : [.text(text)]
        }

        private static func thought(_ text: String) -> [StreamDecoder.Event] {
            text.isEmpty ? [] : [.thinking(text)]
        }
    }
}
