import RichText
import Testing

@testable import ChatUI

@Suite struct VisibleTextTests {
    @Test(arguments: [
        ("", 5, [""], 0, 0),
        ("word", 5, ["word"], 0, 4),
        ("words", 5, ["words", ""], 1, 0),
        ("two words", 6, ["two ", "words"], 1, 5),
        ("two words", 9, ["two ", "words"], 1, 5),
        ("two words", 10, ["two words"], 0, 9),
        ("abcdefgh", 3, ["abc", "def", "gh"], 2, 2),
        ("a\n\nb", 5, ["a", "", "b"], 2, 1),
        ("a\n", 5, ["a", ""], 1, 0),
        ("abc\nabc", 4, ["abc", "abc"], 1, 3),
        ("a\tb", 10, ["a   b"], 0, 5),
        ("你好吗", 5, ["你好", "吗"], 1, 2),
        ("你好", 4, ["你好", ""], 1, 0),
        ("a 你好", 4, ["a 你", "好"], 1, 2),
    ])
    func breaksRowsAtWords(text: String, width: Int, rows: [String], row: Int, column: Int) {
        let view = LineEditor(text).layout(width: width, maxRows: 10)
        #expect(
            view.rows.map { $0.hasSuffix(" ") && !rows.contains($0) ? String($0.dropLast()) : $0 } == rows)
        #expect(view.cursor == Position(row: row, column: column))
        #expect(view.totalRows == rows.count)
    }

    @Test func controlsAreShownAndNeverDrawn() {
        let view = LineEditor("a\u{1B}]0;x\u{7}b").layout(width: 40, maxRows: 3)
        let scalars = view.rows.joined().unicodeScalars
        #expect(scalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
        #expect(scalars.first == "a" && scalars.last == "b")
    }

    @Test func theCursorHasAColumnBeforeACharacterThatTakesNone() {
        var editor = LineEditor("abc\u{7}\u{FE0F}x")
        #expect(editor.count == 6)
        editor.perform(.left)
        editor.perform(.left)
        #expect(editor.layout(width: 4, maxRows: 3).cursor == Position(row: 1, column: 0))
    }

    @Test func theViewFollowsTheCursorAndShowsNoEmptyPlaceBelow() {
        var editor = LineEditor((1...9).map(String.init).joined(separator: "\n"))
        editor.fit(width: 10, maxRows: 3)
        #expect(editor.layout(width: 10, maxRows: 3).rows == ["7", "8", "9"])
        for _ in 0..<2 { editor.perform(.rowUp) }
        #expect(editor.layout(width: 10, maxRows: 3).firstRow == 6)
        editor.perform(.rowUp)
        let view = editor.layout(width: 10, maxRows: 3)
        #expect(view.rows == ["6", "7", "8"])
        #expect(view.cursor == Position(row: 0, column: 1))
        editor.perform(.textStart)
        editor.perform(.killToLineEnd)
        #expect(editor.layout(width: 10, maxRows: 3).firstRow == 0)
        editor.perform(.textEnd)
        for _ in 0..<8 { editor.perform(.deleteLeft) }
        #expect(
            editor.layout(width: 10, maxRows: 3).totalRows - editor.layout(width: 10, maxRows: 3).firstRow
                >= 3)
    }

    @Test func aSizeItWasNotFittedToGivesTheSameRows() {
        let text = "Some words, 你好, and\ta tab\nand another line of words."
        for width in 1...30 {
            var fitted = LineEditor(text)
            fitted.fit(width: width, maxRows: 3)
            #expect(
                LineEditor(text).layout(width: width, maxRows: 3) == fitted.layout(width: width, maxRows: 3))
        }
    }

    @Test func movingByRowsKeepsTheColumnAcrossShorterRows() {
        var editor = LineEditor("long line one\nab\nlong line two")
        editor.fit(width: 20, maxRows: 5)
        var columns: [Int] = []
        for edit in [Action.Edit.rowUp, .rowUp, .rowDown, .rowDown, .left, .rowUp, .rowUp] {
            editor.perform(edit)
            columns.append(editor.layout(width: 20, maxRows: 5).cursor.column)
        }
        #expect(columns == [2, 13, 2, 13, 12, 2, 12])
    }

    @Test func movingByRowsGoesByTheRowsOfTheScreen() {
        var editor = LineEditor("aaa bbb ccc")
        editor.fit(width: 5, maxRows: 5)
        #expect(editor.isInLastRow && !editor.isInFirstRow)
        editor.perform(.rowUp)
        #expect(editor.cursor == 7)
        editor.perform(.rowUp)
        #expect(editor.cursor == 3)
        #expect(editor.isInFirstRow && !editor.isInLastRow)
        let moved = editor.perform(.rowUp)
        #expect(!moved)
    }

    @Test func theWidthOfARowIsWhatItsTextTakesOnTheScreen() {
        let hostile =
            "\u{301}a\u{1B}\u{200B}\u{202E}x\u{FEFF}\t\u{301}👩‍💻🇩🇪\u{7F}é你\u{85}\u{2028}ﷺ\u{0}\u{AD}क्षि\u{E0001}|"
        for width in 1...20 {
            let editor = LineEditor(hostile)
            let rows = EditorRows(TextBuffer(hostile), width: width)
            var start = 0
            for (row, length) in zip(editor.layout(width: width, maxRows: 200).rows, rows.lengths) {
                let column = editor.column(of: start + length, inRowFrom: start, width: width)
                #expect(Glyphs.width(row) == column)
                #expect(column <= width)
                start += length
            }
        }
    }
}
