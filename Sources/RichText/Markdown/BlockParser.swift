/// Parses Markdown into blocks, line by line, by the algorithm of the CommonMark specification.
struct BlockParser {
    var nodes = [MarkdownNode(.document, parent: -1, startLine: 1)]
    /// The text of all leaves.
    var text: [UInt8] = []
    var definitions: LinkDefinitions?

    private let source: UnsafeBufferPointer<UInt8>
    private let ended: Bool

    /// The open nodes, from the document to the innermost.
    private(set) var open = [0]
    /// How many of ``open`` go on in this line.
    private var matched = 1
    private var lineNumber = 0
    /// Whether the line has no line end.
    private var isPartial = false
    var cursor = LineCursor()

    init(
        _ source: UnsafeBufferPointer<UInt8>, columns: [TableAlignment]?, ended: Bool, definitions: Bool
    ) {
        self.source = source
        self.ended = ended
        self.definitions = definitions ? LinkDefinitions() : nil
        text.reserveCapacity(source.count + 64)
        guard let columns else { return }
        var table = MarkdownNode(.table, parent: 0, startLine: 0)
        table.alignments = columns
        add(table)
    }

    mutating func parse() {
        var rest = source
        while !rest.isEmpty {
            let end = rest.endOfLine
            isPartial = end == nil
            cursor = LineCursor(UnsafeBufferPointer(rebasing: rest[..<(end?.end ?? rest.count)]))
            rest = UnsafeBufferPointer(rebasing: rest[(end?.next ?? rest.count)...])
            lineNumber += 1
            readLine()
        }
        if !ended { markOpenEnd() }
        while open.count > 1 { close() }
    }

    private mutating func markOpenEnd() {
        if nodes[tip].kind == .paragraph { nodes[tip].isOpenEnd = true }
        // A heading is closed with its line.
        let last = nodes.count - 1
        if nodes[last].kind == .heading, isPartial, nodes[last].startLine == lineNumber {
            nodes[last].isOpenEnd = true
        }
    }

    // MARK: Lines

    private mutating func readLine() {
        matched = 1
        guard continueOpenBlocks() else { return }
        if !takesLinesAsTheyAre(open[matched - 1]) {
            start: while true {
                switch startBlock() {
                case .container: continue
                case .leaf: break start
                case .wholeLine: return
                case .none: break start
                }
            }
        }
        // A line without markers continues the paragraph that they opened.
        if matched < open.count, !cursor.isBlank, nodes[tip].kind == .paragraph { return appendLine() }
        closeUnmatched()
        switch nodes[tip].kind {
        case .paragraph, .codeBlock: appendLine()
        case .htmlBlock:
            appendLine()
            if nodes[tip].htmlEnd.isIn(cursor.line) { close() }
        case .math:
            appendLine()
            if nodes[tip].startLine < lineNumber, MathSpan.closes(cursor.line) { close() }
        case .table: addRow()
        default:
            guard !cursor.isBlank else { return }
            begin(.paragraph)
            appendLine()
        }
    }

    private func takesLinesAsTheyAre(_ index: Int) -> Bool {
        [.codeBlock, .htmlBlock, .math].contains(nodes[index].kind)
    }

    /// - Returns: false if the line is the closing fence of a block.
    private mutating func continueOpenBlocks() -> Bool {
        while matched < open.count {
            let index = open[matched]
            switch nodes[index].kind {
            case .quote:
                guard !cursor.isIndented, cursor.next == UInt8(ascii: ">") else { return true }
                cursor.skipQuoteMarker()
            case .item, .taskItem, .footnote:
                guard continueItem(index) else { return true }
            case .codeBlock:
                guard let fence = nodes[index].fence else {
                    guard cursor.isIndented || cursor.isBlank else { return true }
                    if cursor.isIndented { cursor.advance(columns: 4) } else { cursor.skipBlanks() }
                    break
                }
                if fence.closes(cursor.unread, nested: &nodes[index].nestedFences) {
                    nodes[index].closingLine = lineNumber
                    close()
                    return false
                }
                cursor.skipBlanks(atMost: fence.indent)
            case .htmlBlock:
                if nodes[index].htmlEnd == .blankLine, cursor.isBlank { return true }
            case .paragraph, .table, .math:
                if cursor.isBlank { return true }
            default: break
            }
            matched += 1
        }
        return true
    }

    private mutating func continueItem(_ index: Int) -> Bool {
        if cursor.isBlank {
            // An item may begin with one blank line, not with more.
            guard nodes.count > index + 1 else { return false }
            cursor.skipBlanks()
            return true
        }
        guard cursor.indent >= nodes[index].itemIndent else { return false }
        cursor.advance(columns: nodes[index].itemIndent)
        return true
    }

    private mutating func appendLine() {
        if nodes[tip].kind == .paragraph { cursor.skipBlanks() }
        text.append(contentsOf: repeatElement(0x20, count: cursor.columnsOfTab))
        text.append(contentsOf: cursor.unread)
        text.append(0x0A)
        nodes[tip].content = nodes[tip].content.lowerBound..<text.count
    }

    // MARK: Nodes

    var tip: Int { open[open.count - 1] }

    private mutating func add(_ node: MarkdownNode) {
        var node = node
        node.content = text.count..<text.count
        open.append(nodes.count)
        nodes.append(node)
        matched = open.count
    }

    /// Closes what does not go on, or cannot hold the block, and opens it.
    mutating func begin(_ kind: MarkdownNode.Kind, _ change: (inout MarkdownNode) -> Void = { _ in }) {
        closeUnmatched()
        while kind == .item ? nodes[tip].kind != .list : !nodes[tip].kind.holdsBlocks { close() }
        var node = MarkdownNode(kind, parent: tip, startLine: lineNumber)
        change(&node)
        add(node)
    }

    mutating func closeUnmatched() {
        while open.count > matched { close() }
    }

    mutating func close() {
        let index = open.removeLast()
        matched = min(matched, open.count)
        switch nodes[index].kind {
        case .paragraph: finishParagraph(index)
        case .codeBlock where nodes[index].fence == nil: dropBlankEnd(of: index)
        default: break
        }
    }

    private mutating func finishParagraph(_ index: Int) {
        takeDefinitions(from: index)
        dropSpaceAtEnd(of: index)
        if nodes[index].content.isEmpty {
            nodes[index].kind = .nothing
        } else if index == nodes[index].parent + 1, nodes[index - 1].kind == .item {
            makeTask(index - 1, index)
        } else if index == nodes[index].parent + 1, nodes[index - 1].kind == .quote {
            makeAlert(index - 1, index)
        }
    }

    private mutating func takeDefinitions(from index: Int) {
        guard definitions != nil, text[nodes[index].content].first == UInt8(ascii: "[") else { return }
        let content = nodes[index].content
        let taken = text[content].withUnsafeBufferPointer { bytes in
            var taken = 0
            while let definition = LinkDefinition(in: bytes, at: taken) {
                definitions?.add(bytes[definition.label], definition.address)
                taken = definition.end
            }
            return taken
        }
        nodes[index].content = content.dropFirst(taken)
    }

    private mutating func dropSpaceAtEnd(of index: Int) {
        while let last = nodes[index].content.last, text[last].isMarkdownSpace {
            nodes[index].content = nodes[index].content.dropLast()
        }
    }

    /// Drops the blank lines at the end of indented code.
    private mutating func dropBlankEnd(of index: Int) {
        let content = nodes[index].content
        let end = text[content].lastIndex { !$0.isMarkdownSpace } ?? content.lowerBound
        let lineEnd = text[end..<content.upperBound].firstIndex(of: 0x0A).map { $0 + 1 } ?? content.upperBound
        nodes[index].content = content.lowerBound..<lineEnd
    }

    /// An item that begins with a box is a task. A box alone is text.
    private mutating func makeTask(_ item: Int, _ paragraph: Int) {
        let content = text[nodes[paragraph].content]
        let box = content.prefix(3).map { $0 == UInt8(ascii: "X") ? UInt8(ascii: "x") : $0 }
        guard box == Array("[ ]".utf8) || box == Array("[x]".utf8),
            content.dropFirst(3).first?.isMarkdownSpace == true
        else { return }
        nodes[item].kind = .taskItem
        nodes[item].isChecked = box[1] != 0x20
        nodes[paragraph].content = nodes[paragraph].content.dropFirst(
            3 + content.dropFirst(3).prefix(while: \.isMarkdownSpace).count)
    }
}

// MARK: - Starts of blocks

extension BlockParser {
    enum Start {
        case none
        /// Another block may begin behind it on the same line.
        case container
        /// The rest of the line belongs to it.
        case leaf
        /// Nothing is left of the line.
        case wholeLine
    }

    private mutating func startBlock() -> Start {
        guard !cursor.isBlank else { return .none }
        let container = open[matched - 1]
        let isText = nodes[container].kind == .paragraph || nodes[container].kind == .table
        if cursor.isIndented {
            // Indented code does not interrupt a paragraph, also not one that goes on without markers.
            guard !isText, nodes[tip].kind != .paragraph else { return .none }
            begin(.codeBlock)
            cursor.advance(columns: 4)
            return .leaf
        }
        let start: Start? =
            switch cursor.next {
            case UInt8(ascii: ">"): startQuote()
            case UInt8(ascii: "#"): startHeading()
            case UInt8(ascii: "`"), UInt8(ascii: "~"): startFence()
            case UInt8(ascii: "<"): startDetails() ?? startHTML()
            case UInt8(ascii: "$"), UInt8(ascii: "\\"): startMath()
            case UInt8(ascii: "["): startFootnote()
            default: nil
            }
        if let start { return start }
        if nodes[container].kind == .paragraph, let start = startUnderline(container) ?? startTable(container)
        {
            return start
        }
        return startRule() ?? startItem(interrupts: isText) ?? .none
    }

    /// The containers around what begins here.
    var depth: Int {
        open[..<matched].count { [.quote, .item, .taskItem, .footnote].contains(nodes[$0].kind) }
    }

    private mutating func startQuote() -> Start? {
        let quotes = open[..<matched].count { nodes[$0].kind == .quote }
        // A run that goes deeper is a separator.
        let run = cursor.rest.prefix { $0 == UInt8(ascii: ">") }.count
        guard depth < MarkdownTree.deepest, quotes + run <= MarkdownTree.deepestQuote else { return nil }
        begin(.quote)
        cursor.skipQuoteMarker()
        return .container
    }

    private mutating func startHeading() -> Start? {
        let rest = cursor.rest
        let level = rest.prefix { $0 == UInt8(ascii: "#") }.count
        guard level <= 6, level == rest.count || rest[level].isMarkdownSpace else { return nil }
        var content = rest[level...].trimmingMarkdownSpace
        let marks = content.reversed().prefix { $0 == UInt8(ascii: "#") }.count
        let before = content.dropLast(marks)
        if before.last?.isMarkdownSpace ?? true { content = before.trimmingMarkdownSpace }
        begin(.heading) { $0.headingLevel = level }
        text.append(contentsOf: content)
        nodes[tip].content = nodes[tip].content.lowerBound..<text.count
        close()
        return .wholeLine
    }

    private mutating func startFence() -> Start? {
        let rest = cursor.rest
        let mark = rest[0]
        let length = rest.prefix { $0 == mark }.count
        let info = rest[length...]
        guard length >= 3, mark == UInt8(ascii: "~") || !info.contains(mark) else { return nil }
        let indent = cursor.indent
        begin(.codeBlock) {
            $0.fence = CodeFence(character: mark, length: length, indent: indent)
            $0.info = InlineParser.unescaped(info.trimmingMarkdownSpace)
        }
        return .wholeLine
    }

    private mutating func startHTML() -> Start? {
        guard let end = HTMLBlock.end(ofBlockIn: cursor.rest, interrupts: nodes[tip].kind == .paragraph)
        else {
            return nil
        }
        begin(.htmlBlock) { $0.htmlEnd = end }
        return .leaf
    }

    /// A line of dashes or equals signs makes a heading of the paragraph above it.
    private mutating func startUnderline(_ paragraph: Int) -> Start? {
        let mark = cursor.next
        guard mark == UInt8(ascii: "=") || mark == UInt8(ascii: "-"), paragraph == tip else { return nil }
        let marks = cursor.rest.prefix { $0 == mark }.count
        guard cursor.rest[marks...].allSatisfy(\.isMarkdownSpace) else { return nil }
        // It may go on as text.
        if isPartial, !ended { return .leaf }
        takeDefinitions(from: paragraph)
        guard !nodes[paragraph].content.isEmpty else { return nil }
        dropSpaceAtEnd(of: paragraph)
        nodes[paragraph].kind = .heading
        nodes[paragraph].headingLevel = mark == UInt8(ascii: "=") ? 1 : 2
        close()
        return .wholeLine
    }

    private mutating func startRule() -> Start? {
        let mark = cursor.next
        guard mark == UInt8(ascii: "-") || mark == UInt8(ascii: "*") || mark == UInt8(ascii: "_"),
            cursor.rest.allSatisfy({ $0 == mark || $0.isMarkdownSpace }),
            cursor.rest.prefix(1 << 12).count(where: { $0 == mark }) >= 3
        else { return nil }
        begin(.rule)
        close()
        return .wholeLine
    }

    private mutating func startItem(interrupts: Bool) -> Start? {
        guard let marker = ListMarker(cursor.rest), depth < MarkdownTree.deepest else { return nil }
        let isEmpty = cursor.rest[marker.length...].allSatisfy(\.isMarkdownSpace)
        // An empty item, or one that does not begin a list, does not interrupt a paragraph.
        if interrupts, isEmpty || marker.numbering.map({ $0.start != 1 }) ?? false { return nil }
        let indent = cursor.indent
        closeUnmatched()
        cursor.skipBlanks()
        cursor.advance(columns: marker.length)
        // Up to four columns; more belong to indented code.
        let spaces = isEmpty || cursor.indent > 4 ? 1 : max(1, cursor.indent)
        cursor.advance(columns: spaces)
        if nodes[tip].kind != .list || nodes[tip].listMark != marker.mark {
            begin(.list) {
                $0.listMark = marker.mark
                $0.numbering = marker.numbering
            }
        }
        begin(.item) { $0.itemIndent = indent + marker.length + spaces }
        return .container
    }
}

// MARK: - Tables

extension BlockParser {
    /// A line of dashes and bars makes a table of the line above it.
    private mutating func startTable(_ paragraph: Int) -> Start? {
        guard paragraph == tip, let alignments = TableRow.alignments(cursor.rest) else { return nil }
        let content = nodes[paragraph].content
        let start =
            text[content.lowerBound..<content.upperBound - 1].lastIndex(of: 0x0A).map { $0 + 1 }
            ?? content.lowerBound
        let header = Array(text[start..<content.upperBound - 1])
        let cells = header.withUnsafeBufferPointer { TableRow($0, columns: .max).cells }
        guard cells.count == alignments.count else { return nil }
        // The line may go on as text.
        if isPartial, !ended { return .leaf }
        nodes[paragraph].content = content.lowerBound..<start
        let columns = Array(alignments.prefix(MarkdownTree.mostColumns))
        begin(.table) {
            $0.startLine -= 1
            $0.alignments = columns
        }
        header.withUnsafeBufferPointer { add($0, as: .tableHeader, line: lineNumber - 1) }
        return .wholeLine
    }

    private mutating func addRow() { add(cursor.rest, as: .tableRow, line: lineNumber) }

    private mutating func add(_ row: UnsafeBufferPointer<UInt8>, as kind: MarkdownNode.Kind, line: Int) {
        let parent = nodes.count
        nodes.append(MarkdownNode(kind, parent: tip, startLine: line))
        for cell in TableRow(row, columns: nodes[tip].alignments.count).cells {
            var node = MarkdownNode(.tableCell, parent: parent, startLine: line)
            let start = text.count
            // A bar in a cell is escaped.
            for index in cell where row[index] != UInt8(ascii: "\\") || !row.isBar(index + 1) {
                text.append(row[index])
            }
            node.content = start..<text.count
            nodes.append(node)
        }
    }
}

extension MarkdownNode.Kind {
    /// Whether any block can be in it.
    var holdsBlocks: Bool {
        switch self {
        case .document, .quote, .item, .taskItem, .footnote: true
        default: false
        }
    }
}
