import CNcurses

/// What curses draws for a glyph of the canvas, in as many columns as the canvas has for it.
///
/// curses takes the width of a scalar from the C library, whose tables may be older than those that the canvas was laid
/// out by. Where the two disagree the terminal may side with either, and one column lost or won would shift the rest of
/// the row: a plain character and blanks stand in.
struct CursesGlyph {
    /// Scalars for one cell: one that takes columns, and marks that combine with it.
    let scalars: [Unicode.Scalar]
    /// The columns that curses takes for them.
    let columns: Int
    /// How many blanks come after.
    let blanks: Int

    /// - Parameters:
    ///   - glyph: a scalar with its marks, and nothing that a terminal could take for a control character.
    ///   - wanted: the columns that the canvas has for it: 1 or 2.
    ///   - width: the columns that curses takes for a scalar, -1 for one it cannot draw.
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

    /// Half of a flag as its letter: terminals disagree on how wide one alone is, and it is alone when the other half
    /// is not written with it.
    private static func drawn(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let indicators: ClosedRange<UInt32> = 0x1F1E6...0x1F1FF
        guard indicators.contains(scalar.value) else { return scalar }
        return Unicode.Scalar(UInt8(scalar.value - indicators.lowerBound) + UInt8(ascii: "A"))
    }
}
