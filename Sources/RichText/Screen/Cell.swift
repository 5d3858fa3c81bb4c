/// One column of one row of a screen: twelve bytes of plain data, so that rows are copied and compared as memory.
public struct Cell: Hashable, Sendable {
    /// The number of the glyph, see ``GlyphNumbers``.
    var number: UInt32
    public var style: Style

    public init(_ glyph: Character? = " ", style: Style = .plain) {
        number = glyph.map(GlyphNumbers.number) ?? GlyphNumbers.none
        self.style = style
    }

    public static let blank = Cell()

    /// The glyph drawn here; nil in the second column of a wide glyph.
    public var glyph: Character? { GlyphNumbers.glyph(number) }

    /// Whether the cell belongs to the wide glyph on its left.
    public var isSecondHalf: Bool { number == GlyphNumbers.none }

    /// The glyph where it is printable ASCII.
    public var ascii: UInt8? { 0x20..<0x7F ~= number ? UInt8(truncatingIfNeeded: number) : nil }
}

/// A position on the screen; both numbers count from 0.
public struct Position: Hashable, Sendable {
    public var row: Int
    public var column: Int
    public init(row: Int, column: Int) {
        self.row = row
        self.column = column
    }
}

/// A size in cells.
public struct Size: Hashable, Sendable {
    public var columns: Int
    public var rows: Int
    public init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}

/// A part of the screen in cells.
public struct Rect: Hashable, Sendable {
    public var row: Int
    public var column: Int
    public var columns: Int
    public var rows: Int
    public init(row: Int, column: Int, columns: Int, rows: Int) {
        self.row = row
        self.column = column
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }
}
