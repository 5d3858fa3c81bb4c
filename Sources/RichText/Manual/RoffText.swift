/// Running text as roff writes it: words with the escapes that change their font.
public struct RoffText: Hashable, Sendable {
    /// None of them contains a blank that may become the end of a line.
    private(set) var words: [String] = []
    /// Whether the next part continues the last word.
    private var isOpen = false
    private var fonts: [Font] = [.roman]

    public enum Font: String, Sendable {
        case roman = "R"
        /// What is written as it stands.
        case bold = "B"
        /// What is to be replaced.
        case italic = "I"
    }

    public init() {}

    /// The text of one block of Markdown.
    public init(markdown: String) {
        let tree = Array(markdown.utf8).withUnsafeBufferPointer { MarkdownTree($0) }
        for node in tree.nodes where !node.content.isEmpty { append(node, of: tree) }
    }

    /// The text of a block.
    init(_ node: MarkdownNode, of tree: MarkdownTree) { append(node, of: tree) }

    // MARK: Text

    public mutating func append(_ text: some StringProtocol, _ font: Font) {
        fonts.append(font)
        append(text)
        fonts.removeLast()
    }

    /// Appends further words.
    public mutating func append(_ other: RoffText) {
        words += other.words
        isOpen = false
    }

    private var font: Font { fonts.last ?? .roman }

    /// Blanks separate words; in bold text they stay, since that may be a command.
    private mutating func append(_ text: some StringProtocol) {
        var rest = text[...]
        while let first = rest.first {
            if first.isWhitespace {
                isOpen = false
                rest = rest.drop(while: \.isWhitespace)
                continue
            }
            let word = rest.prefix { !$0.isWhitespace }
            rest = rest.dropFirst(word.count)
            join(set(font == .roman ? Self.escaped(word) : Self.literal(word)))
        }
    }

    private func set(_ escaped: String) -> String {
        font == .roman ? escaped : "\\f\(font.rawValue)\(escaped)\\fR"
    }

    private mutating func join(_ word: String) {
        if isOpen, let last = words.popLast() { words.append(last + word) } else { words.append(word) }
        isOpen = true
    }

    // MARK: Markdown

    private mutating func append(_ node: MarkdownNode, of tree: MarkdownTree) {
        tree.text.withUnsafeBufferPointer { bytes in
            append(
                InlineParser(
                    UnsafeBufferPointer(rebasing: bytes[node.content]), definitions: tree.definitions))
        }
        isOpen = false
    }

    private mutating func append(_ inline: InlineParser) {
        func text(_ range: Range<Int>) -> String { String(decoding: inline[range], as: UTF8.self) }
        var addresses: [String] = []
        for token in inline.tokens {
            switch token {
            case .text(let range), .html(let range), .math(let range), .footnote(let range):
                append(text(range))
            case .character(let character): append(character)
            case .code(let range): append(text(range), .bold)
            case .openTag: fonts.append(.bold)
            case .closeTag: close()
            case .lineBreak: isOpen = false
            case .delimiters(let index):
                let run = inline.delimiters[index]
                for _ in run.closed { close() }
                append(text(run.start..<run.start + run.count))
                for style in run.opened.reversed() { fonts.append(style == .strong ? .bold : .italic) }
            case .openLink(let address, _): addresses.append(address)
            case .closeLink:
                guard let address = addresses.popLast(), address.contains("://") else { continue }
                append(" <\(address)>")
            case .address(let range, _): append(text(range))
            }
        }
    }

    private mutating func close() { if fonts.count > 1 { fonts.removeLast() } }

    // MARK: Escapes

    /// A word of running text. Its hyphens are hyphens, unless it is an option or the like.
    static func escaped(_ text: some StringProtocol) -> String {
        let opening: Set<Character> = ["(", "“", "\"", "'", "["]
        let isOption = text.drop { opening.contains($0) }.first == "-"
        return literal(text, hyphens: !isOption)
    }

    /// Text that is written as it stands.
    /// - Parameter hyphens: whether its hyphens may be typeset as hyphens, which cannot be typed into a shell.
    static func literal(_ text: some StringProtocol, hyphens: Bool = false) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "-": escaped += hyphens ? "-" : "\\-"
            default: escaped += escapes[character] ?? String(character)
            }
        }
        return escaped
    }

    /// Characters that roff would read or typeset as others, and those that have a name in it, which can be shown everywhere.
    static let escapes: [Character: String] = [
        "\\": "\\e", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti", "“": "\\(lq", "”": "\\(rq",
        "‘": "\\(oq", "’": "\\(cq", "–": "\\(en", "—": "\\(em", "…": "...", "•": "\\(bu", "→": "\\(->",
        "×": "\\(mu", "·": "\\(pc", "✓": "\\(OK", "\u{A0}": "\\ ",
    ]

    /// Whether a line with these words is the end of a sentence.
    static func endsSentence(_ line: String) -> Bool {
        let text = line.drop(while: \.isWhitespace)
        var rest = text[...]
        for closing in ["\\fR", "\\(rq", "\\(cq", ")", "\""] where rest.hasSuffix(closing) {
            rest = rest.dropLast(closing.count)
        }
        guard let last = rest.last, ".!?".contains(last) else { return false }
        // An abbreviation or an ellipsis ends none.
        return !rest.hasSuffix("..") && !rest.hasSuffix("e.g.") && !rest.hasSuffix("i.e.")
    }
}
