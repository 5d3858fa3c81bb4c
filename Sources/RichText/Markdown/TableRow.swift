/// A row of a table, cut into cells.
struct TableRow {
    /// Without the blanks around them.
    private(set) var cells: [Range<Int>] = []

    /// - Parameter columns: the most cells; the last one has the rest of the row.
    init(_ row: UnsafeBufferPointer<UInt8>, columns: Int) {
        let row = row[...].trimmingMarkdownSpace
        var start = row.first == UInt8(ascii: "|") ? row.startIndex + 1 : row.startIndex
        var end = row.endIndex
        if end > start, row[end - 1] == UInt8(ascii: "|"),
            end - 1 == start || row[end - 2] != UInt8(ascii: "\\")
        {
            end -= 1
        }
        var index = start
        while index < end, cells.count < columns - 1 {
            switch row[index] {
            case UInt8(ascii: "\\"): index += 2
            case UInt8(ascii: "|"):
                add(row[start..<index])
                index += 1
                start = index
            default: index += 1
            }
        }
        add(row[start..<end])
    }

    private mutating func add(_ cell: Slice<UnsafeBufferPointer<UInt8>>) {
        let cell = cell.trimmingMarkdownSpace
        cells.append(cell.startIndex..<cell.endIndex)
    }

    /// The alignments of the columns that a line below a header names; nil for any other line.
    static func alignments(_ line: UnsafeBufferPointer<UInt8>) -> [TableAlignment]? {
        var hasBar = false
        for byte in line {
            switch byte {
            case UInt8(ascii: "|"): hasBar = true
            case UInt8(ascii: "-"), UInt8(ascii: ":"), 0x20, 0x09: break
            default: return nil
            }
        }
        guard hasBar else { return nil }
        var alignments: [TableAlignment] = []
        for range in TableRow(line, columns: .max).cells {
            let cell = line[range]
            let (left, right) = (cell.first == UInt8(ascii: ":"), cell.last == UInt8(ascii: ":"))
            let dashes = cell.dropFirst(left ? 1 : 0).dropLast(right ? 1 : 0)
            guard !dashes.isEmpty, dashes.allSatisfy({ $0 == UInt8(ascii: "-") }) else { return nil }
            alignments.append(left && right ? .center : right ? .right : .left)
        }
        return alignments
    }
}

extension UnsafeBufferPointer where Element == UInt8 {
    func isBar(_ index: Int) -> Bool { index < count && self[index] == UInt8(ascii: "|") }
}
