/// A place in a line, in bytes and columns: a tab reaches to the next multiple of four columns.
struct LineCursor {
    private(set) var line = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private var offset = 0
    private var column = 0
    /// Whether ``offset`` is at a tab of which columns are used.
    private var isInTab = false
    private var nonspace = 0
    private var nonspaceColumn = 0

    init() {}

    init(_ line: UnsafeBufferPointer<UInt8>) {
        self.line = line
        findNonspace()
    }

    var isBlank: Bool { nonspace >= line.count }
    /// The columns to the next byte that is no blank.
    var indent: Int { nonspaceColumn - column }
    /// Whether that makes it code.
    var isIndented: Bool { indent >= 4 }
    /// The next byte that is no blank; a line feed at the end.
    var next: UInt8 { isBlank ? 0x0A : line[nonspace] }
    /// The line from ``next`` on.
    var rest: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: line[nonspace...]) }
    /// The line from here on, without a tab that is partly used.
    var unread: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: line[min(line.count, isInTab ? offset + 1 : offset)...])
    }
    /// The columns that are left of a tab that is partly used.
    var columnsOfTab: Int { isInTab ? Self.tab - column % Self.tab : 0 }

    private static let tab = 4

    private mutating func findNonspace() {
        nonspace = offset
        nonspaceColumn = column
        while nonspace < line.count {
            switch line[nonspace] {
            case 0x20: nonspaceColumn += 1
            case 0x09: nonspaceColumn += Self.tab - nonspaceColumn % Self.tab
            default: return
            }
            nonspace += 1
        }
    }

    mutating func skipBlanks() {
        offset = nonspace
        column = nonspaceColumn
        isInTab = false
    }

    mutating func skipBlanks(atMost columns: Int) { advance(columns: min(columns, indent)) }

    mutating func advance(columns count: Int) {
        var count = count
        while count > 0, offset < line.count {
            let width = line[offset] == 0x09 ? Self.tab - column % Self.tab : 1
            isInTab = width > count
            column += min(width, count)
            if !isInTab { offset += 1 }
            count -= min(width, count)
        }
        findNonspace()
    }

    /// Skips the marker of a quote and one column after it.
    mutating func skipQuoteMarker() {
        skipBlanks()
        advance(columns: 1)
        if offset < line.count, line[offset] == 0x20 || line[offset] == 0x09 { advance(columns: 1) }
    }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
    var trimmingMarkdownSpace: Self {
        var slice = self
        while slice.first?.isMarkdownSpace == true { slice = slice.dropFirst() }
        while slice.last?.isMarkdownSpace == true { slice = slice.dropLast() }
        return slice
    }
}
