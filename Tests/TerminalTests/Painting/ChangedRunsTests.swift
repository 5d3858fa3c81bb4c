import RichText
import Testing

@testable import Terminal

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
        // The second half of one glyph becomes the first half of another.
        #expect(Self.runs("你 b", "a你b") == [0..<3])
        #expect(Self.runs("a你b", "你xb") == [0..<3])
    }
}
