import RichText

/// How a character is shown in an input: what it looks like, and the columns it takes there.
enum InputGlyph {
    private static let tabStop = 4

    /// The columns that `character` takes when it stands at `column`, at most `width`. A line end takes the one column in
    /// which the cursor stands.
    static func cells(of character: Character, at column: Int, width: Int) -> Int {
        measure(character, at: column, width: width).cells
    }

    /// The columns, and whether the character is of a script written without blanks, so that a row may be broken on both
    /// sides of it.
    static func measure(_ character: Character, at column: Int, width: Int) -> (cells: Int, isWide: Bool) {
        if isPlain(character) || character == "\n" { return (1, false) }
        if character == "\t" { return (min(tabStop - column % tabStop, width), false) }
        var cells = 0
        var isWide = true
        for glyph in Glyphs(String(character)) {
            cells += glyph.width
            isWide = isWide && glyph.width == 2
        }
        return (min(cells, width), isWide && cells > 0)
    }

    /// What to draw for `character`: exactly the columns that ``cells(of:at:width:)`` tells, none of it a control.
    static func drawn(_ character: Character, at column: Int, width: Int) -> String {
        if isPlain(character) { return String(character) }
        if character == "\n" { return "" }
        if character == "\t" {
            return String(repeating: " ", count: cells(of: character, at: column, width: width))
        }
        return cut(Glyphs(String(character)), to: width)
    }

    /// The glyphs of a character that is wider than a whole row, cut off at its edge.
    private static func cut(_ glyphs: Glyphs, to width: Int) -> String {
        var text = ""
        var column = 0
        for glyph in glyphs {
            guard column + glyph.width <= width else {
                text += String(repeating: " ", count: width - column)
                break
            }
            text.append(glyph.character)
            column += glyph.width
        }
        return text
    }

    private static func isPlain(_ character: Character) -> Bool {
        guard let ascii = character.asciiValue else { return false }
        return ascii >= 0x20 && ascii < 0x7F
    }
}
