import RichText

/// How a character looks in the input, and the columns it takes.
enum InputGlyph {
    private static let tabStop = 4

    /// The columns of `character` at `column`, at most `width`. A line end takes the one column of the cursor.
    /// - Parameter folds: the texts that some characters stand for.
    static func cells(of character: Character, at column: Int, width: Int, _ folds: FoldedTexts) -> Int {
        measure(character, at: column, width: width, folds).cells
    }

    /// The columns, and whether the character belongs to a script written without spaces, so that a row may break on
    /// either side of it.
    static func measure(
        _ character: Character, at column: Int, width: Int, _ folds: FoldedTexts
    ) -> (cells: Int, isWide: Bool) {
        if isPlain(character) || character == "\n" { return (1, false) }
        if let label = folds.label(of: character) { return (min(Glyphs.width(label), width), false) }
        if character == "\t" { return (min(tabStop - column % tabStop, width), false) }
        var cells = 0
        var isWide = true
        for glyph in Glyphs(String(character)) {
            cells += glyph.width
            isWide = isWide && glyph.width == 2
        }
        return (min(cells, width), isWide && cells > 0)
    }

    /// What to draw for `character`: exactly as wide as ``cells(of:at:width:)``, and no control character.
    static func drawn(
        _ character: Character, at column: Int, width: Int, _ folds: FoldedTexts
    ) -> String {
        if isPlain(character) { return String(character) }
        if let label = folds.label(of: character) { return cut(Glyphs(label), to: width) }
        if character == "\n" { return "" }
        if character == "\t" {
            return String(repeating: " ", count: cells(of: character, at: column, width: width, folds))
        }
        return cut(Glyphs(String(character)), to: width)
    }

    /// The glyphs of a character wider than a whole row, cut off at its edge.
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
