/// Breaks safe text into rows of given widths: at spaces, between wide characters, and inside words that are wider than a row.
///
/// The rule is greedy, so rows before the last one never change when text is added.
struct RowBreaks {
    /// The bytes of each row, without the spaces that it was broken at.
    private(set) var rows: [Range<Int>] = []

    private let bytes: UnsafeBufferPointer<UInt8>
    private var width: Int
    private let laterWidth: Int

    private var rowStart = 0
    private var column = 0
    /// The last possible break: the row ends at `breakEnd`, and the next one begins at `breakNext`, after `breakColumn` columns.
    private var breakEnd = -1
    private var breakNext = 0
    private var breakColumn = 0
    /// Whether the last glyph was wide, and whether it is punctuation that must not end a row.
    private var wideBefore = false
    private var holdsNext = false

    /// - Parameters:
    ///   - first: the columns of the first row.
    ///   - later: the columns of every other row.
    init(_ bytes: UnsafeBufferPointer<UInt8>, first: Int, later: Int) {
        self.bytes = bytes
        width = max(1, first)
        laterWidth = max(1, later)
        run()
    }

    private mutating func run() {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x20 {
                space(at: index)
                index += 1
            } else if byte == 0x0A {
                endRow(at: trimmed(index), next: index + 1)
                index += 1
            } else if byte < 0x80 {
                glyph(at: index, width: 1, wide: false)
                index += 1
            } else {
                index += scalar(at: index)
            }
        }
        rows.append(rowStart..<trimmed(bytes.count))
    }

    private mutating func space(at index: Int) {
        if breakNext != index || breakEnd < 0 { breakEnd = index }
        column += 1
        breakNext = index + 1
        breakColumn = column
        wideBefore = false
        holdsNext = false
    }

    private mutating func scalar(at index: Int) -> Int {
        let (scalar, length) = bytes.scalar(at: index)
        let width = ScalarClass.width(ofSafe: scalar)
        guard width > 0 else { return length }
        let wide = width == 2
        if wide || wideBefore, !holdsNext, index > rowStart, !ClosingPunctuation.contains(scalar) {
            allowBreak(at: index)
        }
        glyph(at: index, width: width, wide: wide)
        holdsNext = OpeningPunctuation.contains(scalar)
        return length
    }

    private mutating func allowBreak(at index: Int) {
        // The break at spaces just before is better.
        guard breakNext != index else { return }
        breakEnd = index
        breakNext = index
        breakColumn = column
    }

    private mutating func glyph(at index: Int, width glyphWidth: Int, wide: Bool) {
        if wideBefore, !wide, bytes[index] < 0x80, !ClosingPunctuation.contains(UInt32(bytes[index])),
            !holdsNext
        {
            allowBreak(at: index)
        }
        while column + glyphWidth > width, index > rowStart {
            if breakEnd > rowStart || breakEnd == rowStart && breakNext == index {
                breakRow()
            } else {
                endRow(at: index, next: index)
            }
        }
        column += glyphWidth
        wideBefore = wide
        holdsNext = bytes[index] < 0x80 && OpeningPunctuation.contains(UInt32(bytes[index]))
    }

    /// Ends the row at the last possible break.
    private mutating func breakRow() {
        rows.append(rowStart..<breakEnd)
        rowStart = breakNext
        column -= breakColumn
        breakEnd = -1
        width = laterWidth
    }

    private mutating func endRow(at end: Int, next: Int) {
        rows.append(rowStart..<max(rowStart, end))
        rowStart = next
        column = 0
        breakEnd = -1
        width = laterWidth
        wideBefore = false
        holdsNext = false
    }

    /// `end` without the spaces before it.
    private func trimmed(_ end: Int) -> Int {
        var end = end
        while end > rowStart, bytes[end - 1] == 0x20 { end -= 1 }
        return end
    }
}

/// Punctuation that must not start a row of Chinese, Japanese or Korean text.
private enum ClosingPunctuation {
    static func contains(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x21, 0x29, 0x2C, 0x2E, 0x3A, 0x3B, 0x3F, 0x5D, 0x7D: true
        case 0x2019, 0x201D, 0x2026, 0x203A, 0x3001, 0x3002, 0x3005, 0x3009, 0x300B, 0x300D, 0x300F, 0x3011,
            0x3015,
            0x3017, 0x3019, 0x30FB, 0x30FC:
            true
        case 0xFF01, 0xFF09, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F, 0xFF3D, 0xFF5D, 0xFF60: true
        default: false
        }
    }
}

/// Punctuation that must not end one.
private enum OpeningPunctuation {
    static func contains(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x28, 0x5B, 0x7B, 0x2018, 0x201C, 0x2039, 0x3008, 0x300A, 0x300C, 0x300E, 0x3010, 0x3014, 0x3016,
            0x3018:
            true
        case 0xFF08, 0xFF3B, 0xFF5B: true
        default: false
        }
    }
}
