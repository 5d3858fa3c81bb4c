import Testing

@testable import Terminal

@Suite struct CursesGlyphTests {
    /// The widths of a C library that knows some scalars and disagrees with the canvas on one.
    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x300...0x36F: 0
        case 0x4E00...0x9FFF, 0x1F600...0x1F64F: 2
        case 0x1FAE8: -1
        default: 1
        }
    }

    private static func glyph(_ glyph: Character, _ columns: Int) -> CursesGlyph {
        CursesGlyph(glyph, columns: columns, width: width)
    }

    @Test func drawsWhatBothAgreeOn() {
        #expect(Self.glyph("é", 1).scalars == ["é"])
        #expect(Self.glyph("e\u{301}\u{323}", 1).scalars == ["e", "\u{301}", "\u{323}"])
        #expect(Self.glyph("你", 2).scalars == ["你"])
        #expect(Self.glyph("🙂", 2).columns == 2)
    }

    @Test(arguments: [("☰", 2), ("你", 1), ("\u{1FAE8}", 2), ("\u{301}", 1)] as [(Character, Int)])
    func keepsTheColumnsWhereTheyDisagree(glyph: Character, columns: Int) {
        let drawn = Self.glyph(glyph, columns)
        #expect(drawn.scalars == ["?"])
        #expect(drawn.columns + drawn.blanks == columns)
    }

    @Test func leavesOutMarksThatCursesTakesForMore() {
        #expect(Self.glyph("e\u{200D}", 1).scalars == ["e"])
    }

    @Test func drawsHalvesOfFlagsAsLetters() {
        #expect(Self.glyph("\u{1F1E9}", 1).scalars == ["D"])
    }
}
