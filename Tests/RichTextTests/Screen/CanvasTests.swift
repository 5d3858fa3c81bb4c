import TestSupport
import Testing

@testable import RichText

@Suite struct CanvasTests {
    /// Whether every row holds whole glyphs only, which add up to its columns.
    func isWhole(_ canvas: Canvas) -> Bool {
        (0..<canvas.size.rows).allSatisfy { row in
            let cells = Array(canvas.row(row))
            return cells.indices.allSatisfy { column in
                let follows = column + 1 < cells.count && cells[column + 1].glyph == nil
                guard let glyph = cells[column].glyph else {
                    return column > 0 && cells[column - 1].glyph != nil
                }
                return Glyphs.width(String(glyph)) == (follows ? 2 : 1)
            }
        }
    }

    @Test func `random drawing never leaves half a glyph`() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<300 {
            let size = Size(columns: random.number(0...12), rows: random.number(0...3))
            var canvas = Canvas(size: size)
            for _ in 0..<20 {
                let text = (0..<random.number(0...6)).map { _ in random.pick(nastyPieces) }.joined()
                let position = Position(row: random.number(-1...3), column: random.number(-5...14))
                let width = random.number(0...12)
                let rect = Rect(
                    row: position.row, column: position.column, columns: width, rows: random.number(0...3))
                switch random.number(0...3) {
                case 0: canvas.fill(rect, style: Style(attributes: .reverse))
                case 1: canvas.restyle(rect, style: Style(attributes: .bold))
                default: #expect(canvas.put(text, at: position, width: width) <= max(width, 0))
                }
                #expect(isWhole(canvas), "\(text.debugDescription) at \(position)")
            }
        }
    }

    @Test func `a glyph that overlaps an edge is not drawn in half`() {
        var canvas = Canvas(size: Size(columns: 4, rows: 1))
        canvas.put("abcd", at: Position(row: 0, column: 0))
        #expect(canvas.put("日本", at: Position(row: 0, column: -1)) == 4)
        #expect(canvas.text == " 本d")
        #expect(canvas.put("日本", at: Position(row: 0, column: 1)) == 2)
        #expect(canvas.text == " 日d")
    }

    @Test func `overwriting half a glyph blanks the other half`() {
        var canvas = Canvas(size: Size(columns: 5, rows: 1))
        canvas.put("日本", at: Position(row: 0, column: 0))
        canvas.put("x", at: Position(row: 0, column: 1))
        #expect(canvas.text == " x本")
        canvas.put("y", at: Position(row: 0, column: 2))
        #expect(canvas.text == " xy")
        canvas.put("語", at: Position(row: 0, column: 3))
        canvas.fill(Rect(row: 0, column: 4, columns: 9, rows: 9), style: .plain)
        #expect(canvas.text == " xy")
    }

    @Test func `ASCII and other text are clipped alike`() {
        for (column, width) in [
            (-3, 10), (0, 0), (2, 3), (7, 10), (8, 1), (Int.max, 5), (0, Int.max), (Int.min, 3),
        ] {
            var plain = Canvas(size: Size(columns: 8, rows: 1))
            var accented = plain
            let at = Position(row: 0, column: column)
            let drawn = plain.put("abcdefghijkl", at: at, width: width)
            #expect(drawn == accented.put("äbcdefghijkl", at: at, width: width))
            #expect(plain.text == accented.text.map { $0 == "ä" ? "a" : String($0) }.joined())
        }
    }

    @Test func `parts outside are clipped`() {
        var canvas = Canvas(size: Size(columns: 3, rows: 2))
        let everything = Rect(row: -5, column: -5, columns: .max, rows: .max)
        canvas.fill(everything, style: Style(attributes: .bold))
        #expect(canvas.cells.allSatisfy { $0.style.attributes == .bold })
        canvas.restyle(Rect(row: 1, column: .max, columns: 5, rows: 5), style: Style(attributes: .dim))
        canvas.put("x", at: Position(row: 9, column: 0))
        canvas.put("x", at: Position(row: .min, column: 0))
        #expect(canvas.text == "\n")
        #expect(Canvas(size: Size(columns: -1, rows: 5)).cells.isEmpty)
    }

    @Test func `a canvas is never filled with half a glyph or a control`() {
        for glyph in ["日", "\u{1B}", nil] as [Character?] {
            #expect(isWhole(Canvas(size: Size(columns: 3, rows: 1), fill: Cell(glyph))))
        }
    }

    @Test func `text lies over the style below`() {
        var canvas = Canvas(size: Size(columns: 4, rows: 1))
        canvas.fill(Rect(row: 0, column: 0, columns: 4, rows: 1), style: Style(background: .indexed(4)))
        canvas.put("a日", at: Position(row: 0, column: 0), style: Style(foreground: .indexed(1)))
        let both = Style(foreground: .indexed(1), background: .indexed(4))
        #expect(canvas.row(0).map(\.style) == [both, both, both, Style(background: .indexed(4))])
    }

    @Test func `a line is drawn with its roles, attributes and fill`() {
        var canvas = Canvas(size: Size(columns: 8, rows: 1))
        let line = StyledLine(
            [Span("> ", .marker), Span("日x", .strong, attributes: .bold)], fill: .codeBlock)
        let styles: [StyleRole: Style] = [
            .marker: Style(foreground: .indexed(1)), .codeBlock: Style(background: .indexed(2)),
        ]
        let drawn = canvas.put(line, at: Position(row: 0, column: 1), width: 6) { styles[$0] ?? .plain }
        #expect(drawn == 5)
        #expect(canvas.text == " > 日x")
        #expect(canvas[0, 1].style == Style(foreground: .indexed(1)))
        #expect(canvas[0, 3].style == Style(attributes: .bold))
        #expect(canvas[0, 6].style == Style(background: .indexed(2)))
        #expect(canvas[0, 7].style == .plain)
    }

    @Test func `a line is clipped to its width`() {
        var canvas = Canvas(size: Size(columns: 8, rows: 1))
        let line = StyledLine([Span("ab"), Span("日本"), Span("cd")])
        #expect(canvas.put(line, at: Position(row: 0, column: 0), width: 5) { _ in .plain } == 4)
        #expect(canvas.text == "ab日")
    }

    @Test func `a cell is what was put into it`() {
        let colors: [Color?] = [
            nil, .terminal, .indexed(0), .indexed(255), .rgb(red: 0, green: 0, blue: 0),
            .rgb(red: 255, green: 255, blue: 255), .rgb(red: 1, green: 2, blue: 3),
        ]
        for foreground in colors {
            for background in colors {
                for attributes in [[], .all, .bold, .strikethrough] as [Attributes] {
                    var style = Style(foreground: foreground, background: background, attributes: attributes)
                    #expect(style.foreground == foreground && style.background == background)
                    #expect(style.attributes == attributes)
                    (style.foreground, style.background) = (background, foreground)
                    style.attributes = .dim
                    #expect(
                        style == Style(foreground: background, background: foreground, attributes: .dim))
                }
            }
        }
        for glyph in ["a", "日", "é", "e\u{301}", "\u{FFFD}", "👍", nil] as [Character?] {
            #expect(Cell(glyph).glyph == glyph)
            #expect(Cell(glyph) == Cell(glyph))
        }
        #expect(MemoryLayout<Cell>.stride == 12)
        #expect(_isPOD(Cell.self))
    }

    @Test func `marks have numbers up to a limit`() {
        var numbers = GlyphNumbers(limit: 2)
        let first = numbers.number(of: "e\u{301}")
        #expect(first != nil && numbers.number(of: "e\u{301}") == first)
        #expect(numbers.number(of: "a\u{301}") != first)
        #expect(numbers.number(of: "o\u{301}") == nil)
        #expect(first.map(numbers.glyph) == "e\u{301}")
    }

    @Test func `rows are compared whole`() {
        var canvas = Canvas(size: Size(columns: 4, rows: 2))
        let before = canvas
        canvas.put("x", at: Position(row: 1, column: 3))
        #expect(canvas.hasSameRow(0, as: before))
        #expect(!canvas.hasSameRow(1, as: before))
        #expect(!canvas.hasSameRow(0, as: Canvas(size: Size(columns: 5, rows: 2))))
        #expect(
            Canvas(size: Size(columns: 0, rows: 1)).hasSameRow(0, as: Canvas(size: Size(columns: 0, rows: 1)))
        )
    }
}
