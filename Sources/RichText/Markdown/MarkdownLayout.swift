/// Markdown as rows of styled text, laid out while it streams in.
///
/// Rows are made for one width; none is wider, and rows of running text may have a limit of their own. Text from outside is made
/// safe to draw. HTML that Markdown has no words for is shown as source. All text so far is shown, also before ``finish()``, and the rows depend on the text
/// alone, not on its chunks.
///
/// ```swift
/// var layout = MarkdownLayout(width: 80)
/// layout.append("# Hel")
/// layout.append("lo\n\n- one")
/// layout.finish()
/// layout[0].text  // "Hello"
/// ```
public struct MarkdownLayout: Sendable {
    public let form: MarkdownForm
    /// All text so far.
    public private(set) var text = ""
    private(set) var stream: MarkdownStream
    private var isFinished = false

    public init(_ form: MarkdownForm) { self.init(form, slice: MarkdownStream.slice) }

    /// - Parameter slice: the bytes above which a tail is not parsed with every chunk, at least 8.
    init(_ form: MarkdownForm, slice: Int) {
        self.form = form
        stream = MarkdownStream(form, slice: slice)
    }

    public init(width: Int) { self.init(MarkdownForm(width: width)) }

    /// Lays out a whole text.
    public init(width: Int, finished text: String) { self.init(MarkdownForm(width: width), finished: text) }

    /// Lays out a whole text.
    public init(_ form: MarkdownForm, finished text: String) {
        self.init(form)
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
    /// What can be unfolded in the text, in order of appearance.
    public var details: [Details] {
        stream.page.details.isEmpty
            ? [] : DetailsMark.details(stream.page.details, lineCount: stream.page.lines.count)
    }

    private mutating func reopen() {
        isFinished = false
        stream = MarkdownStream(form)
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
