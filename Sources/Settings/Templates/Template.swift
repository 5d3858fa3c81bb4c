/// A text for messages with blanks: `{{date}}`.
public struct Template: Hashable, Sendable {
    public enum Part: Hashable, Sendable {
        case text(String)
        /// With its name, without the blanks around it.
        case blank(String)
    }

    /// The name of its file without the ending.
    public var name: String
    public var parts: [Part]

    /// Blanks that Parley fills by itself.
    public static let selection = "selection"
    public static let clipboard = "clipboard"
    public static let date = "date"

    /// A mistake in a template.
    struct Mistake: Error {
        var line: Int
        var message: String
        var advice: String
    }

    /// - Parameter source: the text of the file. The line end at its end does not count; `\{{` is `{{` itself.
    init(name: String, source: String) throws(Mistake) {
        self.name = name
        parts = []
        var rest = source.hasSuffix("\n") ? source.dropLast() : source[...]
        var text = ""
        var line = 1
        while let start = rest.firstRange(of: "{{") {
            let before = rest[..<start.lowerBound]
            line += before.count { $0.isNewline }
            rest = rest[start.upperBound...]
            if before.last == "\\" {
                text += before.dropLast() + "{{"
                continue
            }
            text += before
            let name = rest.prefix { !$0.isNewline && $0 != "}" && $0 != "{" }
            guard rest[name.endIndex...].hasPrefix("}}") else {
                throw Mistake(
                    line: line, message: "The blank that begins here has no end.",
                    advice: "Write {{name}} in one line, or \\{{ for the braces themselves.")
            }
            let words = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            guard !words.isEmpty else {
                throw Mistake(line: line, message: "This blank has no name.", advice: "Write {{name}}.")
            }
            if !text.isEmpty { parts.append(.text(text)) }
            text = ""
            parts.append(.blank(words))
            rest = rest[name.endIndex...].dropFirst(2)
        }
        text += rest
        if !text.isEmpty { parts.append(.text(text)) }
    }

    /// The names of its blanks, each once, in their order.
    public var blanks: [String] {
        var seen: Set<String> = []
        return parts.compactMap { part in
            guard case .blank(let name) = part, seen.insert(name).inserted else { return nil }
            return name
        }
    }

    /// The text with its blanks filled; one without a value stays empty.
    public func filled(with values: [String: String]) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .blank(let name): values[name] ?? ""
            }
        }.joined()
    }

    /// As it is written, for a look at it.
    public var source: String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .blank(let name): "{{\(name)}}"
            }
        }.joined()
    }
}
