import CCmarkGFM
import Synchronization

/// One piece of Markdown parsed by cmark-gfm. The C tree lives exactly as long as this value.
struct MarkdownTree: ~Copyable {
    /// Nil when memory was short: the tree is then empty.
    private let root: OpaquePointer?
    /// Whether bytes of the source were masked (see ``MaskedSource``) and texts need restoring.
    private let isMasked: Bool

    /// Parses the concatenation of `parts`, which is UTF-8.
    /// - Parameter definitions: whether link reference definitions count.
    init(_ parts: [UnsafeBufferPointer<UInt8>], definitions: Bool) {
        let masked = parts.map { MaskedSource.masking($0, hidingDefinitions: !definitions) }
        isMasked = masked.contains { $0 != nil }
        root = Self.parsed(parts, masked)
    }

    deinit { cmark_node_free(root) }

    enum Event {
        case enter, exit
    }

    /// Visits every node in document order, containers on entry and on exit. A node is valid only during its visit.
    borrowing func walk(_ visit: (Event, MarkdownNode) -> Void) {
        guard let root, let iterator = cmark_iter_new(root) else { return }
        defer { cmark_iter_free(iterator) }
        while true {
            let event = cmark_iter_next(iterator)
            guard event != CMARK_EVENT_DONE, let node = cmark_iter_get_node(iterator) else { return }
            visit(event == CMARK_EVENT_EXIT ? .exit : .enter, MarkdownNode(node, isMasked: isMasked))
        }
    }

    /// Passes on the innermost block at the end of the document.
    borrowing func withLastLeaf<Result>(_ body: (MarkdownNode) -> Result) -> Result? {
        guard var node = root else { return nil }
        while let child = cmark_node_last_child(node), MarkdownNode(child, isMasked: false).isBlock {
            node = child
        }
        return body(MarkdownNode(node, isMasked: isMasked))
    }

    /// Serialises parses: while cmark-gfm parses inlines, the extensions' special characters are registered in tables of the whole
    /// process, so concurrent parses would remove each other's.
    private static let parsing = Mutex(())

    private static let extensions: Void = cmark_gfm_core_extensions_ensure_registered()

    private static func parsed(_ parts: [UnsafeBufferPointer<UInt8>], _ masked: [[UInt8]?]) -> OpaquePointer?
    {
        var root: OpaquePointer?
        parsing.withLock { _ in
            extensions
            guard let parser = cmark_parser_new(CMARK_OPT_DEFAULT) else { return }
            defer { cmark_parser_free(parser) }
            for name in ["table", "strikethrough", "autolink", "tasklist"] {
                guard let found = cmark_find_syntax_extension(name) else { continue }
                cmark_parser_attach_syntax_extension(parser, found)
            }
            for (part, masked) in zip(parts, masked) {
                if let masked {
                    masked.withUnsafeBufferPointer { feed($0, to: parser) }
                } else {
                    feed(part, to: parser)
                }
            }
            root = cmark_parser_finish(parser)
        }
        return root
    }

    private static func feed(_ bytes: UnsafeBufferPointer<UInt8>, to parser: OpaquePointer) {
        bytes.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) }
    }
}

/// A node of a ``MarkdownTree``, valid only during its visit.
struct MarkdownNode {
    enum Kind {
        case document, quote, list, item, taskItem, codeBlock, htmlBlock, paragraph, heading, rule
        case table, tableHeader, tableRow, tableCell
        case text, softBreak, hardBreak, code, htmlInline, emphasis, strong, strikethrough, link, image
        case other
    }

    private let node: OpaquePointer
    private let isMasked: Bool
    let kind: Kind

    init(_ node: OpaquePointer, isMasked: Bool) {
        self.node = node
        self.isMasked = isMasked
        kind = Self.kind(of: node)
    }

    private static func kind(of node: OpaquePointer) -> Kind {
        switch cmark_node_get_type(node) {
        case CMARK_NODE_TEXT: .text
        case CMARK_NODE_SOFTBREAK: .softBreak
        case CMARK_NODE_PARAGRAPH: .paragraph
        case CMARK_NODE_CODE: .code
        case CMARK_NODE_STRONG: .strong
        case CMARK_NODE_EMPH: .emphasis
        case CMARK_NODE_LINK: .link
        case CMARK_NODE_IMAGE: .image
        case CMARK_NODE_LINEBREAK: .hardBreak
        case CMARK_NODE_HTML_INLINE: .htmlInline
        case CMARK_NODE_DOCUMENT: .document
        case CMARK_NODE_BLOCK_QUOTE: .quote
        case CMARK_NODE_LIST: .list
        case CMARK_NODE_ITEM: extensionKind(of: node) == .taskItem ? .taskItem : .item
        case CMARK_NODE_CODE_BLOCK: .codeBlock
        case CMARK_NODE_HTML_BLOCK: .htmlBlock
        case CMARK_NODE_HEADING: .heading
        case CMARK_NODE_THEMATIC_BREAK: .rule
        default: extensionKind(of: node)
        }
    }

    /// The extensions' types have no constants in the installed headers, only names.
    private static func extensionKind(of node: OpaquePointer) -> Kind {
        switch String(cString: cmark_node_get_type_string(node)) {
        case "tasklist": .taskItem
        case "table": .table
        case "table_header": .tableHeader
        case "table_row": .tableRow
        case "table_cell": .tableCell
        case "strikethrough": .strikethrough
        default: .other
        }
    }

    /// 1-based; 0 when cmark does not know it.
    var startLine: Int { Int(cmark_node_get_start_line(node)) }
    /// In bytes, 1-based; 0 when cmark does not know it.
    var startColumn: Int { Int(cmark_node_get_start_column(node)) }

    var isBlock: Bool {
        switch kind {
        case .text, .softBreak, .hardBreak, .code, .htmlInline, .emphasis, .strong, .strikethrough, .link,
            .image:
            false
        default: true
        }
    }

    /// Passes on the node's own text as UTF-8; empty when it has none.
    func withLiteral<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        Self.withBytes(cmark_node_get_literal(node)) { bytes in
            isMasked ? MaskedSource.restoring(bytes).withUnsafeBufferPointer(body) : body(bytes)
        }
    }

    var address: String { string(cmark_node_get_url(node)) }
    var headingLevel: Int { Int(cmark_node_get_heading_level(node)) }

    /// The info string after a code block's opening fence.
    var info: String { string(cmark_node_get_fence_info(node)) }

    /// How a code block's fence was written; nil for an indented block.
    var fence: CodeFence? {
        var length: Int32 = 0
        var indent: Int32 = 0
        var character: CChar = 0
        guard cmark_node_get_fenced(node, &length, &indent, &character) != 0 else { return nil }
        return CodeFence(character: UInt8(bitPattern: character), length: Int(length), indent: Int(indent))
    }

    /// The number of an ordered list's first item and its delimiter; nil for a bulleted list.
    var numbering: (start: Int, delimiter: Character)? {
        guard cmark_node_get_list_type(node) == CMARK_ORDERED_LIST else { return nil }
        return (
            Int(cmark_node_get_list_start(node)),
            cmark_node_get_list_delim(node) == CMARK_PAREN_DELIM ? ")" : "."
        )
    }

    var isChecked: Bool { cmark_gfm_extensions_get_tasklist_item_checked(node) }

    /// The alignments of a table's columns.
    var alignments: [TableAlignment] {
        let count = Int(cmark_gfm_extensions_get_table_columns(node))
        guard let letters = cmark_gfm_extensions_get_table_alignments(node) else { return [] }
        return UnsafeBufferPointer(start: letters, count: count).map { letter in
            switch letter {
            case UInt8(ascii: "c"): .center
            case UInt8(ascii: "r"): .right
            default: .left
            }
        }
    }

    private func string(_ text: UnsafePointer<CChar>?) -> String {
        Self.withBytes(text) { bytes in
            isMasked
                ? String(decoding: MaskedSource.restoring(bytes), as: UTF8.self)
                : String(decoding: bytes, as: UTF8.self)
        }
    }

    private static func withBytes<Result>(
        _ text: UnsafePointer<CChar>?, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        guard let text else { return body(UnsafeBufferPointer(start: nil, count: 0)) }
        var count = 0
        while text[count] != 0 { count += 1 }
        return text.withMemoryRebound(to: UInt8.self, capacity: count) {
            body(UnsafeBufferPointer(start: $0, count: count))
        }
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
