/// A block of a ``MarkdownTree``.
struct MarkdownNode: Sendable {
    enum Kind: Sendable {
        case document, quote, list, item, taskItem, codeBlock, htmlBlock, paragraph, heading, rule
        case table, tableHeader, tableRow, tableCell
        /// What a footnote says; a container.
        case footnote
        /// The line that stands for what can be unfolded below it.
        case summary
        /// Mathematics on lines of its own, shown as it is written.
        case math
        /// A line with nothing to be shown.
        case hidden
        /// A paragraph that turned out to have no text of its own.
        case nothing
    }

    var kind: Kind
    /// The index of the node around it.
    var parent: Int
    /// 1-based line of the piece; 0 for a table that goes on from the text before it.
    var startLine: Int
    /// The bytes of its text in ``MarkdownTree/text``.
    var content: Range<Int> = 0..<0
    /// Whether the piece ends in the text of this block, which further text may continue.
    var isOpenEnd = false
    var headingLevel = 0
    /// The info string after a code block's opening fence, or the label of a footnote.
    var info = ""
    /// How a code block's fence was written; nil for an indented block.
    var fence: CodeFence?
    /// The line of the fence that closes a code block.
    var closingLine: Int?
    /// The number of an ordered list's first item and its delimiter; nil for a bulleted list.
    var numbering: (start: Int, delimiter: Character)?
    var isChecked = false
    /// Of a table's columns.
    var alignments: [TableAlignment] = []

    /// The bytes of lists: bullet or delimiter, by which items belong together.
    var listMark: UInt8 = 0
    /// The columns that the text of an item is indented.
    var itemIndent = 0
    /// Nested fences that are open in a code block.
    var nestedFences = 0
    /// What a quote is that GitHub calls an alert.
    var alert: Alert?
    /// The tags of `<details>` in its line: those that open before it, and how many close behind it.
    var openedDetails: [DetailsMark.Opening] = []
    var closedDetails = 0
    /// What ends an HTML block.
    var htmlEnd = HTMLBlock.End.blankLine

    init(_ kind: Kind, parent: Int, startLine: Int) {
        self.kind = kind
        self.parent = parent
        self.startLine = startLine
    }
}

/// The fence that opens a code block.
struct CodeFence: Hashable, Sendable {
    var character: UInt8
    var length: Int
    /// The columns before it, which are removed from the block's lines too.
    var indent: Int
}

enum TableAlignment: Sendable {
    case left, center, right
}

/// A quote that begins with a line such as `[!NOTE]`.
enum Alert: String, CaseIterable, Sendable {
    case note, tip, important, warning, caution

    /// - Parameter line: without its line end.
    init?(_ line: Slice<UnsafeBufferPointer<UInt8>>) {
        let line = line.trimmingMarkdownSpace
        guard line.count <= 12, line.starts(with: "[!".utf8), line.last == UInt8(ascii: "]") else {
            return nil
        }
        self.init(rawValue: String(decoding: line.dropFirst(2).dropLast(), as: UTF8.self).lowercased())
    }

    var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    var role: StyleRole {
        switch self {
        case .note, .important: .accent
        case .tip: .success
        case .warning: .warning
        case .caution: .error
        }
    }
}
