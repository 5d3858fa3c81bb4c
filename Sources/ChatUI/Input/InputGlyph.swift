import RichText

/// How a character is shown in an input: what it looks like, and the columns it takes there.
enum InputGlyph {
    private static let tabStop = 4

    /// The columns that `character` takes when it stands at `column`, at most `width`. A line end takes the one column in
    /// which the cursor stands.
    static func cells(of character: Character, at column: Int, width: Int) -> Int {
        if isPlain(character) || character == "\n" { return 1 }
        if character == "\t" { return min(tabStop - column % tabStop, width) }
        return min(Glyphs.width(String(character)), width)
    }

    /// Whether a row may be broken on both sides of the character, as in a script written without blanks.
    static func isWide(_ character: Character) -> Bool {
        guard !isPlain(character) else { return false }
        return Array(Glyphs(String(character))).map(\.width) == [2]
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
