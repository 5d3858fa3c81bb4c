/// Markdown as rows of styled text, laid out while it streams in.
public struct MarkdownLayout: Sendable {
    public let width: Int
    public private(set) var text = ""
    /// The links of the text in order of appearance; ``Span/link`` is an index into them.
    public private(set) var links: [Link] = []
    public private(set) var codeBlocks: [CodeBlock] = []
    private var lines: [StyledLine] = []

    public init(width: Int) { self.width = max(1, width) }

    public static func laidOut(_ text: String, width: Int) -> MarkdownLayout {
        var layout = MarkdownLayout(width: width)
        layout.append(text)
        layout.finish()
        return layout
    }

    public mutating func append(_ chunk: String) {
        text += chunk
        lines = text.isEmpty ? [] : StyledLine.wrap(text, width: width)
    }

    public mutating func replace(with text: String) {
        self.text = ""
        append(text)
    }

    public mutating func finish() {}

    public var lineCount: Int { lines.count }
    public subscript(line: Int) -> StyledLine { lines[line] }
    public func relaid(width: Int) -> MarkdownLayout { Self.laidOut(text, width: width) }
}

/// A link of a text, or an image.
public struct Link: Hashable, Sendable {
    /// The text that is shown.
    public var label: String
    public var address: String

    public init(label: String, address: String) {
        self.label = label
        self.address = address
    }
}

/// A code block of a text, to be copied.
public struct CodeBlock: Hashable, Sendable {
    /// The first word behind the opening fence; nil where there is none.
    public var language: String?
    /// The code as it was written, without the line end of its last line.
    public var text: String
    /// The rows that it takes in its layout, with its label.
    public var lines: Range<Int>

    public init(language: String?, text: String, lines: Range<Int>) {
        self.language = language
        self.text = text
        self.lines = lines
    }
}
