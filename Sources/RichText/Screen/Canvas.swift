/// A screenful of cells that views draw into: no terminal behind it, so a test can compare it.
///
/// Whatever is drawn is clipped to the canvas and made safe first (see ``Glyphs``), so no text from outside can reach
/// the terminal as anything but glyphs. A wide glyph is never left half: overwriting one of its columns blanks the other.
public struct Canvas: Equatable, Sendable {
    public let size: Size
    /// Row by row, `size.columns` cells each.
    public private(set) var cells: [Cell]
    /// Where the hardware cursor stands; nil hides it.
    public var cursor: Position?

    public init(size: Size, fill: Cell = .blank) {
        self.size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
        cells = Array(repeating: fill, count: self.size.columns * self.size.rows)
    }

    public subscript(row: Int, column: Int) -> Cell {
        cells[row * size.columns + column]
    }

    /// The cells of one row.
    public func row(_ row: Int) -> ArraySlice<Cell> {
        cells[row * size.columns..<(row + 1) * size.columns]
    }

    /// Draws `text` from `position` to the right, at most `width` columns of it, over what is there.
    /// - Returns: the columns drawn. A wide glyph that does not fit whole is left out.
    @discardableResult
    public mutating func put(
        _ text: String, at position: Position, width: Int = .max, style: Style = .plain
    ) -> Int {
        guard position.row >= 0, position.row < size.rows else { return 0 }
        let limit = position.column.addingReportingOverflow(width)
        let end = min(size.columns, limit.overflow ? .max : limit.partialValue)
        var column = position.column
        for glyph in Glyphs(text) {
            guard column + glyph.width <= end else { break }
            if column >= 0 { set(glyph, row: position.row, column: column, style: style) }
            column += glyph.width
        }
        return column - position.column
    }

    /// Fills a part of the canvas with one style, blanking what was there.
    public mutating func fill(_ rect: Rect, style: Style) {
        for row in max(0, rect.row)..<max(max(0, rect.row), min(size.rows, rect.row + rect.rows)) {
            let from = max(0, rect.column)
            let to = max(from, min(size.columns, rect.column + rect.columns))
            for column in from..<to { clear(row: row, column: column, style: style) }
        }
    }

    /// Lays `style` over the cells of a part, keeping their glyphs.
    public mutating func restyle(_ rect: Rect, style: Style) {
        for row in max(0, rect.row)..<max(max(0, rect.row), min(size.rows, rect.row + rect.rows)) {
            let from = max(0, rect.column)
            let to = max(from, min(size.columns, rect.column + rect.columns))
            for column in from..<to {
                let index = row * size.columns + column
                cells[index].style = style.over(cells[index].style)
            }
        }
    }

    /// The rows as text, trailing blanks cut: what a golden file of a screen holds.
    public var text: String {
        (0..<size.rows).map { row in
            var line = ""
            for cell in self.row(row) { if let glyph = cell.glyph { line.append(glyph) } }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    private mutating func set(_ glyph: Glyph, row: Int, column: Int, style: Style) {
        let index = row * size.columns + column
        let drawn = style.over(cells[index].style)
        unsplit(index)
        cells[index] = Cell(glyph.character, style: drawn)
        if glyph.width == 2 {
            unsplit(index + 1)
            cells[index + 1] = Cell(nil, style: drawn)
        }
    }

    private mutating func clear(row: Int, column: Int, style: Style) {
        let index = row * size.columns + column
        unsplit(index)
        cells[index] = Cell(" ", style: style)
    }

    /// Blanks the other half of a wide glyph of which `index` is about to be overwritten.
    private mutating func unsplit(_ index: Int) {
        if cells[index].glyph == nil, index > 0 {
            cells[index - 1].glyph = " "
        } else if index % size.columns + 1 < size.columns, cells[index + 1].glyph == nil {
            cells[index + 1].glyph = " "
        }
    }
}
