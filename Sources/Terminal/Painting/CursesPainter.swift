import CNcurses
import RichText

/// Draws canvases on the terminal through curses: only what changed since the last one.
struct CursesPainter {
    private var palette: ColorPalette
    /// What the palette is made for.
    private var grounds = Grounds()
    private var pairs: ColorPairs
    /// The colours used for the terminal's defaults where curses cannot keep those.
    private let defaultColors: ColorPairs.Pair?
    /// The attribute for strikethrough, 0 where there is none.
    private let strikethrough: attr_t
    /// The attributes that the terminal can draw.
    let attributes: Attributes
    private let charset: Charset
    private var shown: Canvas?
    private var cursor = Position(row: 0, column: 0)
    /// Nil when unknown.
    private var isCursorShown: Bool?

    /// curses must have been started.
    init(_ type: TerminalType, _ charset: Charset = .unicode) {
        self.charset = charset
        palette = ColorPalette(type.depth)
        pairs = ColorPairs(count: type.pairs)
        strikethrough = curses_strikethrough()
        attributes = type.attributes.union(strikethrough == 0 ? [] : .strikethrough)
        guard type.depth != .none else {
            defaultColors = nil
            return
        }
        start_color()
        // A terminal that cannot return to its default colours is assumed to be white on black.
        defaultColors = use_default_colors() == OK ? nil : ColorPairs.Pair(foreground: 7, background: 0)
    }

    /// Forgets what the terminal shows.
    mutating func invalidate() {
        shown = nil
        isCursorShown = nil
        curses_forget()
    }

    /// Draws the canvas on a terminal of the given size, clipped or with blanks around it where the sizes differ.
    mutating func paint(_ canvas: Canvas, on size: Size) {
        guard canvas != shown else { return }
        if canvas.size != shown?.size {
            curses_erase()
            shown = nil
        }
        if canvas.grounds != grounds {
            // The same style may be drawn in other colours.
            grounds = canvas.grounds
            palette = ColorPalette(palette.depth, grounds: grounds)
            shown = nil
        }
        if !putRows(of: canvas, on: size) {
            // The colour pairs ran out. They are allocated again for this canvas alone.
            pairs.removeAll()
            shown = nil
            _ = putRows(of: canvas, on: size)
        }
        shown = canvas
        place(canvas.cursor, on: size)
    }

    private mutating func place(_ position: Position?, on size: Size) {
        let isShown = position.map { Rect(size).contains($0) } ?? false
        if let position, isShown { cursor = position }
        if isCursorShown == nil {
            // curses skips the call when it believes the cursor to be in that state.
            curs_set(isShown ? 0 : 1)
        }
        if isCursorShown != isShown, !isShown { curs_set(0) }
        curses_show(Int32(cursor.row), Int32(cursor.column))
        if isCursorShown != isShown, isShown { curs_set(1) }
        isCursorShown = isShown
    }

    // MARK: Rows

    /// - Returns: false when the colour pairs ran out.
    private mutating func putRows(of canvas: Canvas, on size: Size) -> Bool {
        var hasPairs = true
        for row in 0..<min(canvas.size.rows, size.rows) {
            guard let shown else {
                let all = 0..<min(canvas.size.columns, size.columns)
                hasPairs = put(canvas.row(row), all, row: row) && hasPairs
                continue
            }
            guard !canvas.hasSameRow(row, as: shown) else { continue }
            let new = canvas.row(row)
            for run in ChangedRuns(from: shown.row(row), to: new) {
                hasPairs = put(new, run.clamped(to: 0..<size.columns), row: row) && hasPairs
            }
        }
        return hasPairs
    }

    /// Passes columns of a row to curses.
    private mutating func put(_ row: ArraySlice<Cell>, _ columns: Range<Int>, row number: Int) -> Bool {
        var cells: [curses_cell] = []
        cells.reserveCapacity(columns.count)
        var style = row[row.startIndex + columns.lowerBound].style
        var (look, hasPairs) = look(of: style)
        var column = columns.lowerBound
        while column < columns.upperBound {
            let cell = row[row.startIndex + column]
            let isWide = column + 1 < row.count && row[row.startIndex + column + 1].isSecondHalf
            let width = isWide ? 2 : 1
            if cell.style != style {
                style = cell.style
                let (next, hasPair) = self.look(of: style)
                look = next
                hasPairs = hasPairs && hasPair
            }
            if width == 1, let ascii = cell.ascii {
                cells.append(.ascii(ascii, like: look))
            } else {
                // A wide glyph that the terminal's edge would cut in two is left out.
                let glyph = column + width <= columns.upperBound ? cell.glyph ?? " " : " "
                append(glyph, width: min(width, columns.upperBound - column), look, to: &cells)
            }
            column += width
        }
        curses_put(Int32(number), Int32(columns.lowerBound), cells, Int32(cells.count))
        return hasPairs
    }

    /// A cell without text in a style, and whether there was a colour pair for it.
    private mutating func look(of style: Style) -> (cell: curses_cell, hasPair: Bool) {
        let paint = palette.paint(for: style)
        let pair = self.pair(for: paint)
        var cell = curses_cell()
        cell.attributes = paint.attributes.curses
        if paint.attributes.contains(.strikethrough) { cell.attributes |= strikethrough }
        cell.pair = pair ?? 0
        return (cell, pair != nil)
    }

    private func append(_ glyph: Character, width: Int, _ look: curses_cell, to cells: inout [curses_cell]) {
        if charset == .ascii {
            for character in ASCIIText.cell(glyph, columns: width).utf8 {
                cells.append(.ascii(character, like: look))
            }
            return
        }
        var cell = look
        let drawn = CursesGlyph(glyph, columns: width) { Int(curses_width($0.value)) }
        cell.columns = Int32(drawn.columns)
        withUnsafeMutableBytes(of: &cell.text) { bytes in
            let text = bytes.bindMemory(to: UInt32.self)
            for (index, scalar) in drawn.scalars.enumerated() { text[index] = scalar.value }
        }
        cells.append(cell)
        for _ in 0..<drawn.blanks {
            cells.append(.ascii(0x20, like: look))
        }
    }

    /// The number of the pair; nil when there are no more.
    private mutating func pair(for paint: ColorPalette.Paint) -> Int32? {
        var pair = ColorPairs.Pair(foreground: paint.foreground, background: paint.background)
        if let defaultColors, pair.foreground >= 0 || pair.background >= 0 {
            if pair.foreground < 0 { pair.foreground = defaultColors.foreground }
            if pair.background < 0 { pair.background = defaultColors.background }
        }
        guard let (number, isNew) = pairs.number(of: pair) else { return nil }
        if isNew { init_extended_pair(number, pair.foreground, pair.background) }
        return number
    }
}

extension curses_cell {
    /// A character of one column with the attributes and colours of another cell.
    fileprivate static func ascii(_ character: UInt8, like look: curses_cell) -> curses_cell {
        var cell = look
        cell.text.0 = UInt32(character)
        cell.columns = 1
        return cell
    }
}

extension Attributes {
    /// Those that curses has names for.
    fileprivate var curses: attr_t {
        var attributes: attr_t = 0
        if contains(.bold) { attributes |= CURSES_BOLD }
        if contains(.dim) { attributes |= CURSES_DIM }
        if contains(.italic) { attributes |= CURSES_ITALIC }
        if contains(.underline) { attributes |= CURSES_UNDERLINE }
        if contains(.reverse) { attributes |= CURSES_REVERSE }
        return attributes
    }
}

extension Rect {
    fileprivate init(_ size: Size) {
        self.init(row: 0, column: 0, columns: size.columns, rows: size.rows)
    }

    fileprivate func contains(_ position: Position) -> Bool {
        (row..<row + rows).contains(position.row) && (column..<column + columns).contains(position.column)
    }
}
