import CNcurses

/// What curses draws for a glyph of the canvas, in exactly the columns that the canvas has for it.
///
/// curses takes the width of a scalar from the C library, whose tables may be older than those of the canvas. Where the two
/// disagree, the terminal may agree with either, and a column more or less would shift the rest of the row: a plain character
/// and blanks are drawn instead.
struct CursesGlyph {
    /// Scalars for one cell: a base and marks that combine with it.
    let scalars: [Unicode.Scalar]
    /// The columns that curses takes for them.
    let columns: Int
    /// The blanks that follow.
    let blanks: Int

    /// - Parameters:
    ///   - glyph: a scalar with its marks, safe to draw.
    ///   - wanted: its columns on the canvas: 1 or 2.
    ///   - width: the columns of a scalar in curses, -1 for one it cannot draw.
    init(_ glyph: Character, columns wanted: Int, width: (Unicode.Scalar) -> Int) {
        var parts = glyph.unicodeScalars.makeIterator()
        let base = Self.drawn(parts.next() ?? " ")
        guard width(base) == wanted else {
            scalars = ["?"]
            columns = 1
            blanks = wanted - 1
            return
        }
        let marks = IteratorSequence(parts).filter { width($0) == 0 }
        scalars = [base] + marks.prefix(Int(CURSES_TEXT_LENGTH) - 1)
        columns = wanted
        blanks = 0
    }

    /// A regional indicator as its letter: terminals disagree on its width when it is drawn without the other half of the
    /// flag, which happens when only one of them changes.
    private static func drawn(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let indicators: ClosedRange<UInt32> = 0x1F1E6...0x1F1FF
        guard indicators.contains(scalar.value) else { return scalar }
        return Unicode.Scalar(UInt8(scalar.value - indicators.lowerBound) + UInt8(ascii: "A"))
    }
}
