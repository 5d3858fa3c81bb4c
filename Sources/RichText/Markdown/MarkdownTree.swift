/// The blocks of a piece of Markdown: those of CommonMark, with the tables and task lists of GitHub. The text in them is
/// parsed by ``InlineParser``.
///
/// Time and memory are proportional to the piece, whatever is in it: containers nest up to ``deepest`` levels, a table has at most
/// ``mostColumns`` columns; what goes beyond is text. No text is lost: a row with too many cells keeps them in its last column.
struct MarkdownTree: Sendable {
    /// The most containers in each other, lists and their items counted as one.
    static let deepest = 12
    /// The most quotes in each other: what has more markers is a separator, not a quote.
    static let deepestQuote = 6
    static let mostColumns = 32

    /// In document order.
    private(set) var nodes: [MarkdownNode] = []
    /// The text of all leaves.
    private(set) var text: [UInt8] = []
    private(set) var definitions: LinkDefinitions?

    /// - Parameters:
    ///   - source: UTF-8.
    ///   - columns: the alignments of the table that the piece goes on with.
    ///   - ended: whether the text ends with the piece. If not, its last line may be incomplete.
    ///   - definitions: whether link reference definitions count; otherwise they are text.
    init(
        _ source: UnsafeBufferPointer<UInt8>, columns: [TableAlignment]? = nil, ended: Bool = true,
        definitions: Bool = false
    ) {
        var parser = BlockParser(source, columns: columns, ended: ended, definitions: definitions)
        parser.parse()
        nodes = parser.nodes
        text = parser.text
        self.definitions = parser.definitions
    }

    enum Event {
        case enter, exit
    }

    /// Visits every block in document order, containers and tables on entry and on exit.
    func walk(_ visit: (Event, MarkdownNode) -> Void) {
        var open: [Int] = []
        for (index, node) in nodes.enumerated() where node.kind != .nothing {
            while let last = open.last, last != node.parent { visit(.exit, nodes[open.removeLast()]) }
            visit(.enter, node)
            open.append(index)
        }
        while let last = open.popLast() { visit(.exit, nodes[last]) }
    }
}

/// The addresses of links that are defined in one place and used in another.
struct LinkDefinitions: Sendable {
    private var addresses: [[UInt8]: String] = [:]
    private var footnotes: Set<[UInt8]> = []

    /// CommonMark's limit for a label.
    static let longestLabel = 999

    var isEmpty: Bool { addresses.isEmpty }

    mutating func addFootnote(_ label: Slice<UnsafeBufferPointer<UInt8>>) { footnotes.insert(Array(label)) }

    func hasFootnote(_ label: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        !footnotes.isEmpty && footnotes.contains(Array(label))
    }

    /// The first definition of a label counts.
    mutating func add(_ label: Slice<UnsafeBufferPointer<UInt8>>, _ address: String) {
        let key = Self.key(label)
        if !key.isEmpty, addresses[key] == nil { addresses[key] = address }
    }

    func address(of label: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
        guard !addresses.isEmpty, label.count <= Self.longestLabel else { return nil }
        return addresses[Self.key(label)]
    }

    /// Labels match in any case, and every run of blanks as one.
    private static func key(_ label: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
        let words = label.split { $0.isMarkdownSpace }.map { String(decoding: $0, as: UTF8.self) }
        return Array(words.joined(separator: " ").lowercased().uppercased().utf8)
    }
}
