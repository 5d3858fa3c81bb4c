/// Markdown as rows of styled text, laid out while it streams in.
///
/// Rows are made for one width; none is wider, and rows of running text may have a limit of their own. Text from outside is made
/// safe to draw, and HTML is shown as source. All text so far is shown, also before ``finish()``, and the rows depend on the text
/// alone, not on its chunks.
///
/// ```swift
/// var layout = MarkdownLayout(width: 80)
/// layout.append("# Hel")
/// layout.append("lo\n\n- one")
/// layout.finish()
/// layout[0].text  // "# Hello"
/// ```
public struct MarkdownLayout: Sendable {
    /// The columns of a row, at least 1.
    public let width: Int
    /// The columns of a row of running text at most; code and tables use all.
    private let prose: Int
    /// All text so far.
    public private(set) var text = ""
    private(set) var stream: MarkdownStream
    private var isFinished = false

    /// - Parameters:
    ///   - width: the columns of a row.
    ///   - prose: the columns of a row of running text at most; code and tables use all.
    public init(width: Int, prose: Int = .max) {
        self.init(width: width, prose: prose, slice: MarkdownStream.slice)
    }

    /// - Parameter slice: the bytes above which a tail is not parsed with every chunk, at least 8.
    init(width: Int, prose: Int = .max, slice: Int) {
        self.width = Swift.max(1, width)
        self.prose = Swift.max(1, prose)
        stream = MarkdownStream(width: self.width, prose: self.prose, slice: slice)
    }

    /// Lays out a whole text.
    public init(width: Int, prose: Int = .max, finished text: String) {
        self.init(width: width, prose: prose)
        self.text = text
        isFinished = true
        var text = text
        text.withUTF8 { stream.finish(whole: $0) }
    }

    /// Adds a chunk. The work for it does not grow with the text before it. A finished text can be continued.
    public mutating func append(_ chunk: String) {
        guard !chunk.isEmpty else { return }
        if isFinished { reopen() }
        text += chunk
        var chunk = chunk
        chunk.withUTF8 { stream.append($0) }
    }

    /// Ends the text. Only now are links resolved whose address is defined elsewhere in the text.
    public mutating func finish() {
        guard !isFinished else { return }
        isFinished = true
        var text = text
        text.withUTF8 { stream.finish($0) }
    }

    public var lineCount: Int { stream.page.lines.count }
    public subscript(line: Int) -> StyledLine { stream.page.lines[line] }

    /// The links of the text in order of appearance; ``Span/link`` is an index into them.
    public var links: [Link] { stream.page.links }
    /// The code blocks of the text in order of appearance.
    public var codeBlocks: [CodeBlock] { stream.page.codeBlocks }

    private mutating func reopen() {
        isFinished = false
        stream = MarkdownStream(width: width, prose: prose)
        var text = text
        text.withUTF8 { stream.append($0) }
    }
}

/// A link or an image of a text.
public struct Link: Hashable, Sendable {
    /// The text that is shown.
    public var label: String
    public var address: String
}

/// A code block of a text, to be copied.
public struct CodeBlock: Hashable, Sendable {
    /// The first word after the opening fence; nil when there is none.
    public var language: String?
    /// The code as it was written, without the line end of its last line.
    public var text: String
    /// Its rows in the layout, with its label.
    public var lines: Range<Int>
}
