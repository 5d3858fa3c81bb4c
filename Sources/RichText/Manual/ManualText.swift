/// A page of the manual as plain text, for where no formatter is installed. It reads what ``ManualSource`` writes.
public struct ManualText {
    /// Without line ends.
    public private(set) var lines: [String] = []
    private let width: Int
    private let bold: (String) -> String
    /// The column of headings' text, and what macros have added to it.
    private var indent = 0
    private var examples = 0
    private var keepsLines = false
    /// Whether the next line of text is the tag of an entry.
    private var isTag = false
    /// A mark before the next word, at the end of the indent.
    private var mark = ""
    private var words: [Word] = []

    private struct Word {
        var text: String
        var width: Int
    }

    /// - Parameters:
    ///   - source: of a page.
    ///   - width: the most columns of a line.
    ///   - bold: makes text bold, where that can be seen.
    public init(_ source: String, width: Int, bold: @escaping (String) -> String) {
        self.width = max(20, width)
        self.bold = bold
        for line in source.split(separator: "\n", omittingEmptySubsequences: false).dropLast() { read(line) }
        flush()
    }

    private mutating func read(_ line: Substring) {
        guard line.first == "." else { return readText(line) }
        let request = line.dropFirst().prefix { $0 != " " }
        let rest = line.dropFirst(request.count + 2)
        switch request {
        case "SH", "SS":
            breakParagraph()
            let title = decoded(rest.filter { $0 != "\"" }).text
            lines.append((request == "SH" ? "" : "  ") + bold(title))
            indent = 5
        case "PP":
            breakParagraph()
            indent = 5
        case "TP":
            breakParagraph()
            (isTag, indent) = (true, 5)
        case "IP":
            breakParagraph()
            let parts = rest.split(separator: " ")
            mark = parts.first.map { decoded($0).text } ?? ""
            indent = 5 + (parts.last.flatMap { Int($0) } ?? 2)
        case "RS":
            flush()
            examples += 1
        case "RE":
            flush()
            examples -= 1
        case "nf":
            flush()
            keepsLines = true
        case "fi": keepsLines = false
        default: break
        }
    }

    private mutating func readText(_ line: Substring) {
        if keepsLines {
            let text = decoded(line).text
            return lines.append(text.isEmpty ? "" : margin + text)
        }
        words += line.split(separator: " ").map { decoded($0) }
        guard isTag else { return }
        flush()
        (isTag, indent) = (false, 12)
    }

    private var margin: String { String(repeating: " ", count: indent + 4 * examples) }

    private mutating func breakParagraph() {
        flush()
        if lines.last?.isEmpty == false { lines.append("") }
    }

    /// Writes the words so far.
    private mutating func flush() {
        var line = margin
        if !mark.isEmpty, !words.isEmpty {
            line = String(line.dropLast(min(line.count, mark.count + 1))) + mark + " "
            mark = ""
        }
        var column = line.count
        let start = column
        for word in words {
            if column > start, column + 1 + word.width > width {
                lines.append(line)
                (line, column) = (margin, start)
            }
            if column > start {
                line += " "
                column += 1
            }
            line += word.text
            column += word.width
        }
        if !words.isEmpty { lines.append(line) }
        words = []
    }

    // MARK: Escapes

    /// Fonts and characters of a piece of text.
    private func decoded(_ text: Substring) -> Word {
        var (result, part, isBold, width) = ("", "", false, 0)
        func end() {
            guard !part.isEmpty else { return }
            width += Glyphs.width(part)
            result += isBold ? bold(part) : part
            part = ""
        }
        var rest = text
        while let character = rest.popFirst() {
            guard character == "\\", let kind = rest.popFirst() else {
                part.append(character)
                continue
            }
            switch kind {
            case "f":
                end()
                isBold = rest.popFirst() == "B"
            case "(":
                let name = String(rest.prefix(2))
                rest = rest.dropFirst(2)
                part += Self.characters[name] ?? ""
            case "e": part += "\\"
            case "-", " ": part.append(kind)
            default: break
            }
        }
        end()
        return Word(text: result, width: width)
    }

    private func decoded(_ text: String) -> Word { decoded(text[...]) }

    private static let characters = Dictionary(
        RoffText.escapes.compactMap { character, escape in
            escape.hasPrefix("\\(") ? (String(escape.dropFirst(2)), String(character)) : nil
        } + [("dq", "\"")], uniquingKeysWith: { first, _ in first })
}
