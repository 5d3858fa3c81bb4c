/// Markdown as rows of styled text, laid out while it streams in.
///
/// Rows are made for one width; none is wider. Text from outside is made safe to draw, HTML is shown as it was written. What has
/// come is always shown, also before ``finish()``, and what is shown depends on the text alone, not on its chunks.
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
    /// All text so far.
    public private(set) var text = ""
    private var stream: MarkdownStream
    private var isFinished = false

    public init(width: Int) {
        self.init(width: width, stream: MarkdownStream(width: Swift.max(1, width)))
    }

    /// - Parameter slice: the bytes of a tail above which it is not parsed with every chunk, at least 8.
    init(width: Int, slice: Int) {
        self.init(width: width, stream: MarkdownStream(width: Swift.max(1, width), slice: slice))
    }

    private init(width: Int, stream: MarkdownStream) {
        self.width = Swift.max(1, width)
        self.stream = stream
    }

    /// The layout of a whole text.
    public static func laidOut(_ text: String, width: Int) -> MarkdownLayout {
        var layout = MarkdownLayout(width: width)
        layout.append(text)
        layout.finish()
        return layout
    }

    /// Adds what came next. The work for it does not grow with the text before it. A text that was finished goes on.
    public mutating func append(_ chunk: String) {
        guard !chunk.isEmpty else { return }
        if isFinished { reopen() }
        text += chunk
        var chunk = chunk
        chunk.withUTF8 { stream.append($0) }
    }

    /// Takes the whole text so far, of which the beginning is usually known already.
    public mutating func replace(with text: String) {
        if text.utf8.starts(with: self.text.utf8) {
            append(String(text.utf8.dropFirst(self.text.utf8.count)) ?? "")
        } else {
            self = MarkdownLayout(width: width)
            append(text)
        }
    }

    /// Says that the text is whole. Only now do links count whose address is defined elsewhere in the text.
    public mutating func finish() {
        guard !isFinished else { return }
        isFinished = true
        var text = text
        text.withUTF8 { stream.finish($0) }
    }

    /// The same text for another width.
    public func relaid(width: Int) -> MarkdownLayout {
        var layout = MarkdownLayout(width: width)
        layout.append(text)
        if isFinished { layout.finish() }
        return layout
    }

    public var lineCount: Int { stream.page.lines.count }
    public subscript(line: Int) -> StyledLine { stream.page.lines[line] }

    /// The links of the text in order of appearance; ``Span/link`` is an index into them.
    public var links: [Link] { stream.page.links }
    /// The code blocks of the text in order of appearance.
    public var codeBlocks: [CodeBlock] { stream.page.codeBlocks }

    /// The rows that will not change any more, whatever follows: all but the last few.
    var finalLineCount: Int { stream.final.lines }
    /// Bytes parsed or set so far, repetitions counted: what the work for the text is proportional to.
    var work: Int { stream.work }

    private mutating func reopen() {
        isFinished = false
        stream = MarkdownStream(width: width)
        var text = text
        text.withUTF8 { stream.append($0) }
    }
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
