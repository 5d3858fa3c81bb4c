import Foundation
import RichText
import Testing

@testable import Terminal

@Suite struct GlyphCellsTests {
    /// A library that knows some scalars, and one of them otherwise than the canvas.
    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x300...0x36F: 0
        case 0x4E00...0x9FFF, 0x1F600...0x1F64F: 2
        case 0x1FAE8: -1
        default: 1
        }
    }

    private static func cells(_ glyph: Character, _ columns: Int) -> CursesGlyph {
        CursesGlyph(glyph, columns: columns, width: width)
    }

    @Test func drawsWhatBothAgreeOn() {
        #expect(Self.cells("é", 1).scalars == ["é"])
        #expect(Self.cells("e\u{301}\u{323}", 1).scalars == ["e", "\u{301}", "\u{323}"])
        #expect(Self.cells("你", 2).scalars == ["你"])
        #expect(Self.cells("🙂", 2).columns == 2)
    }

    @Test(arguments: [("☰", 2), ("你", 1), ("\u{1FAE8}", 2), ("\u{301}", 1)] as [(Character, Int)])
    func keepsTheColumnsWhereTheyDisagree(glyph: Character, columns: Int) {
        let cells = Self.cells(glyph, columns)
        #expect(cells.scalars == ["?"])
        #expect(cells.columns + cells.blanks == columns)
    }

    @Test func leavesOutMarksThatCursesTakesForMore() {
        #expect(Self.cells("e\u{200D}", 1).scalars == ["e"])
    }

    @Test func drawsHalvesOfFlagsAsLetters() {
        #expect(Self.cells("\u{1F1E9}", 1).scalars == ["D"])
    }
}

@Suite struct ChangedRunsTests {
    private static func runs(_ old: String, _ new: String) -> [Range<Int>] {
        func row(_ text: String) -> ArraySlice<Cell> {
            var canvas = Canvas(size: Size(columns: 12, rows: 1))
            canvas.put(text, at: Position(row: 0, column: 0))
            return canvas.row(0)
        }
        return Array(ChangedRuns(from: row(old), to: row(new)))
    }

    @Test func findsWhatDiffers() {
        #expect(Self.runs("the same", "the same") == [])
        #expect(Self.runs("", "a") == [0..<1])
        #expect(Self.runs("a cat sat", "a dog sat") == [2..<5])
        #expect(Self.runs("abcdefghijkl", "xbcdefghijky") == [0..<1, 11..<12])
    }

    @Test func takesWideGlyphsWhole() {
        #expect(Self.runs("a你b", "axyb") == [1..<3])
        #expect(Self.runs("axyb", "a你b") == [1..<3])
        #expect(Self.runs("a你b", "a我b") == [1..<3])
        // Its second half is now the first half of another.
        #expect(Self.runs("你 b", "a你b") == [0..<3])
        #expect(Self.runs("a你b", "你xb") == [0..<3])
    }
}

@Suite struct ControlSequenceTests {
    @Test func putsTextOnTheClipboard() {
        #expect(ControlSequence.clipboard("hello") == Array("\u{1B}]52;c;aGVsbG8=\u{7}".utf8))
    }

    @Test func cutsALongTextBetweenCharacters() throws {
        let text = "x" + String(repeating: "é", count: 512 * 1024)
        let sequence = ControlSequence.clipboard(text)
        let base64 = String(decoding: sequence.dropFirst(7).dropLast(), as: UTF8.self)
        let copied = try #require(Data(base64Encoded: base64))
        #expect(copied.count == 512 * 1024 - 1)
        #expect(text.utf8.starts(with: copied))
    }

    @Test func sanitisesTitles() {
        let title = ControlSequence.title("a\u{7}b\u{1B}]52;c\nd\u{9C}\u{202E}e")
        #expect(title == Array("\u{1B}]2;a b ]52;c d  e\u{7}".utf8))
        #expect(ControlSequence.title(String(repeating: "x", count: 1000)).count == 4 + 256 + 1)
    }
}
