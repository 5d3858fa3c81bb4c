import Glibc

/// A screenful of cells that views draw into. It has no terminal behind it, so a test can compare it.
///
/// Everything drawn is clipped to the canvas and made safe (see ``Glyphs``), so text from outside reaches the terminal only as
/// glyphs. A wide glyph is never left in half: overwriting one of its columns blanks the other.
public struct Canvas: Equatable, Sendable {
    public let size: Size
    /// Row by row, `size.columns` cells each.
    public private(set) var cells: [Cell]
    /// The position of the hardware cursor; nil hides it.
    public var cursor: Position?
    /// The colours behind text that have to stay apart on a terminal with few colours.
    public var grounds = Grounds()

    /// - Parameters:
    ///   - size: negative numbers count as 0.
    ///   - fill: the content of every cell; blank unless it is one column wide.
    public init(size: Size, fill: Cell = .blank) {
        self.size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
        var fill = fill
        if fill.ascii == nil {
            let glyphs = fill.glyph.map { Array(Glyphs(String($0))) } ?? []
            fill = Cell(
                glyphs.count == 1 && glyphs[0].width == 1 ? glyphs[0].character : " ", style: fill.style)
        }
        cells = Array(repeating: fill, count: self.size.columns * self.size.rows)
    }

    public subscript(row: Int, column: Int) -> Cell {
        cells[row * size.columns + column]
    }

    /// Whether a row has the same cells as that of another canvas. Both must have the row.
    public func hasSameRow(_ row: Int, as other: Canvas) -> Bool {
        guard size.columns == other.size.columns else { return false }
        let bytes = row * size.columns * MemoryLayout<Cell>.stride
        let count = size.columns * MemoryLayout<Cell>.stride
        return cells.withUnsafeBytes { own in
            other.cells.withUnsafeBytes { others in
                count == 0 || memcmp(own.baseAddress! + bytes, others.baseAddress! + bytes, count) == 0
            }
        }
    }

    /// The cells of one row.
    public func row(_ row: Int) -> ArraySlice<Cell> {
        cells[row * size.columns..<(row + 1) * size.columns]
    }

    /// Draws `text` from `position` to the right, at most `width` columns of it, over what is there.
    /// - Returns: the columns drawn, with those left of the canvas. A wide glyph that does not fit is left out.
    @discardableResult
    public mutating func put(
        _ text: String, at position: Position, width: Int = .max, style: Style = .plain
    ) -> Int {
        draw(text, at: position, width: width, style: style).columns
    }

    /// Draws one row of laid-out text, at most `width` columns of it, over what is there. A line with a fill fills the rest of the
    /// width, up to the edge of the canvas.
    /// - Parameter style: the theme's style for a role.
    /// - Returns: the columns that the text takes.
    @discardableResult
    public mutating func put(
        _ line: StyledLine, at position: Position, width: Int = .max, style: (StyleRole) -> Style
    ) -> Int {
        var column = 0
        for span in line.spans {
            var spanStyle = style(span.role)
            spanStyle.attributes.formUnion(span.attributes)
            if let colors = span.colors {
                spanStyle.foreground = colors.foreground ?? spanStyle.foreground
                spanStyle.background = colors.background ?? spanStyle.background
            }
            let start = Position(row: position.row, column: position.column.addingSaturated(column))
            let drawn = draw(span.text, at: start, width: width - column, style: spanStyle)
            column += drawn.columns
            if !drawn.whole { break }
        }
        if let role = line.fill, column < width {
            let start = position.column.addingSaturated(column)
            let end = min(size.columns, position.column.addingSaturated(width))
            let rest = Rect(
                row: position.row, column: start, columns: end.subtractingSaturated(start), rows: 1)
            fill(rest, style: style(role))
        }
        return column
    }

    /// Fills a part of the canvas with one style, blanking what was there.
    public mutating func fill(_ rect: Rect, style: Style) {
        let columns = columns(of: rect)
        for row in rows(of: rect) {
            for column in columns { clear(row: row, column: column, style: style) }
        }
    }

    /// Lays `style` over the cells of a part, keeping their glyphs.
    public mutating func restyle(_ rect: Rect, style: Style) {
        let columns = columns(of: rect)
        for row in rows(of: rect) {
            for column in columns {
                let index = row * size.columns + column
                cells[index].style = style.over(cells[index].style)
            }
        }
    }

    /// The rows as text, without trailing blanks.
    public var text: String {
        (0..<size.rows).map { row in
            var line = ""
            for cell in self.row(row) { if let glyph = cell.glyph { line.append(glyph) } }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    /// The rows of the canvas that lie in `rect`.
    private func rows(of rect: Rect) -> Range<Int> {
        let from = max(0, rect.row)
        return from..<max(from, min(size.rows, rect.row.addingSaturated(rect.rows)))
    }

    /// The columns of the canvas that lie in `rect`.
    private func columns(of rect: Rect) -> Range<Int> {
        let from = max(0, rect.column)
        return from..<max(from, min(size.columns, rect.column.addingSaturated(rect.columns)))
    }

    /// - Returns: the columns drawn, and whether all of the text had room.
    private mutating func draw(
        _ text: String, at position: Position, width: Int, style: Style
    ) -> (columns: Int, whole: Bool) {
        guard position.row >= 0, position.row < size.rows, position.column < size.columns, width > 0
        else { return (0, text.isEmpty) }
        let end = min(size.columns, position.column.addingSaturated(width))
        var text = text
        let drawn = text.withUTF8 { bytes in
            bytes.allSatisfy(isPlainASCII) ? drawASCII(bytes, at: position, end: end, style: style) : nil
        }
        return drawn ?? drawGlyphs(text, at: position, end: end, style: style)
    }

    private mutating func drawASCII(
        _ bytes: UnsafeBufferPointer<UInt8>, at position: Position, end: Int, style: Style
    ) -> (columns: Int, whole: Bool) {
        let columns = min(bytes.count, end.subtractingSaturated(position.column))
        let hidden = min(columns, 0.subtractingSaturated(position.column))
        for offset in max(0, hidden)..<max(0, columns) {
            let index = position.row * size.columns + position.column + offset
            unsplit(index)
            cells[index].number = UInt32(bytes[offset])
            cells[index].style = style.over(cells[index].style)
        }
        return (columns, columns == bytes.count)
    }

    private mutating func drawGlyphs(
        _ text: String, at position: Position, end: Int, style: Style
    ) -> (columns: Int, whole: Bool) {
        var column = position.column
        for glyph in Glyphs(text) {
            guard column + glyph.width <= end else { return (column - position.column, false) }
            if column >= 0 {
                set(glyph, row: position.row, column: column, style: style)
            } else if column + glyph.width > 0 {
                // The left half is outside.
                set(Glyph(" ", width: 1), row: position.row, column: 0, style: style)
            }
            column += glyph.width
        }
        return (column - position.column, true)
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

    /// Blanks the other half of the wide glyph at `index`, which is about to be overwritten.
    private mutating func unsplit(_ index: Int) {
        if cells[index].isSecondHalf {
            if index > 0 { cells[index - 1].number = Cell.blank.number }
        } else if index + 1 < cells.count, cells[index + 1].isSecondHalf {
            cells[index + 1].number = Cell.blank.number
        }
    }
}

extension Int {
    fileprivate func addingSaturated(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : sum
    }

    fileprivate func subtractingSaturated(_ other: Int) -> Int {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other > 0 ? .min : .max) : difference
    }
}
