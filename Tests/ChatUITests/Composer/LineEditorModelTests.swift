import RichText
import TestSupport
import Testing

@testable import ChatUI

/// The editor against the simplest thing that could be right: a `String` and a count of characters.
@Suite struct LineEditorModelTests {
    /// Pieces that join their neighbours, pair up, have two columns, none, or are controls.
    private static let pieces = [
        "a", "b", "Z", "9", " ", "  ", "\n", "\t", "word", "two words", "é", "\u{301}", "\u{308}", "\u{200D}",
        "👩", "👩‍💻",
        "🇩", "🇪", "🇩🇪🇫🇷", "你好", "。", "\u{1B}[31m", "\u{7}", "\r\n", "\r", "क", "\u{94D}", "ष", "ᄀ", "ᅡ", "ᆨ",
        "\u{FE0F}",
        "a line\nand one more\n", "", "\u{202E}", "\u{200B}", "\u{AD}", "\u{600}", "🏽", "🏴", "\u{E0067}",
    ]

    private struct Model {
        var text = ""
        var cursor = 0

        mutating func replace(_ range: Range<Int>, with new: String) {
            let characters = Array(text)
            let head =
                String(characters[..<range.lowerBound])
                + new.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
            text = head + String(characters[range.upperBound...])
            var bytes = 0
            cursor =
                text.prefix { character in
                    defer { bytes += character.utf8.count }
                    return bytes < head.utf8.count
                }.count
        }

        mutating func perform(_ edit: Action.Edit) {
            let characters = Array(text)
            func isWord(_ index: Int) -> Bool { characters[index].isLetter || characters[index].isNumber }
            switch edit {
            case .newline: replace(cursor..<cursor, with: "\n")
            case .left: cursor = max(0, cursor - 1)
            case .right: cursor = min(characters.count, cursor + 1)
            case .textStart: cursor = 0
            case .textEnd: cursor = characters.count
            case .lineStart: cursor = characters[..<cursor].lastIndex(of: "\n").map { $0 + 1 } ?? 0
            case .lineEnd: cursor = characters[cursor...].firstIndex(of: "\n") ?? characters.count
            case .wordRight:
                let word = (cursor..<characters.count).first(where: isWord) ?? characters.count
                cursor = (word..<characters.count).first { !isWord($0) } ?? characters.count
            case .wordLeft:
                let word = (0..<cursor).last(where: isWord) ?? -1
                cursor = ((0..<max(0, word)).last { !isWord($0) } ?? -1) + 1
            case .deleteLeft where cursor > 0: replace(cursor - 1..<cursor, with: "")
            case .deleteRight where cursor < characters.count: replace(cursor..<cursor + 1, with: "")
            case .clear where !text.isEmpty: replace(0..<characters.count, with: "")
            default: break
            }
        }
    }

    private static let modelled: [Action.Edit] = [
        .newline, .left, .right, .textStart, .textEnd, .lineStart, .lineEnd, .wordLeft, .wordRight,
        .deleteLeft,
        .deleteRight, .clear,
    ]

    @Test(arguments: 0..<60) func anySequenceOfOperationsGivesWhatAStringGives(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var editor = LineEditor()
        var model = Model()
        for _ in 0..<300 {
            if Int.random(in: 0..<3, using: &random) > 0 {
                let piece = Self.pieces.randomElement(using: &random) ?? ""
                editor.insert(piece)
                model.replace(model.cursor..<model.cursor, with: piece)
            } else {
                let edit = Self.modelled.randomElement(using: &random) ?? .left
                if edit == .clear, Int.random(in: 0..<10, using: &random) > 0 { continue }
                editor.perform(edit)
                model.perform(edit)
            }
            #expect(editor.text == model.text)
            #expect(editor.text.unicodeScalars.elementsEqual(model.text.unicodeScalars))
            #expect(editor.cursor == model.cursor)
            #expect(editor.count == model.text.count)
            #expect(editor.isEmpty == model.text.isEmpty)
        }
    }

    @Test(arguments: 0..<60) func undoingEverythingAndRedoingItReturnsExactly(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var editor = LineEditor("The text it began with 🇩🇪.\n")
        let begin = editor.text
        for _ in 0..<200 {
            if Bool.random(using: &random) {
                editor.insert(Self.pieces.randomElement(using: &random) ?? "")
            } else {
                let edits = Action.Edit.allCases.filter { $0 != .undo && $0 != .redo }
                editor.perform(edits.randomElement(using: &random) ?? .left)
            }
        }
        let end = editor.text
        var texts: [String] = []
        repeat { texts.append(editor.text) } while editor.perform(.undo)
        #expect(editor.text.unicodeScalars.elementsEqual(begin.unicodeScalars))
        for text in texts.dropLast().reversed() {
            let redone = editor.perform(.redo)
            #expect(redone)
            #expect(editor.text == text)
        }
        #expect(editor.text.unicodeScalars.elementsEqual(end.unicodeScalars))
        let redone = editor.perform(.redo)
        #expect(!redone)
    }

    @Test(arguments: 0..<60) func rowsThatFollowedEveryChangeAreThoseOfTheTextLaidOutAfresh(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let width = Int.random(in: 1...12, using: &random)
        let height = Int.random(in: 1...4, using: &random)
        var editor = LineEditor()
        editor.fit(width: width, maxRows: height)
        for _ in 0..<200 {
            if Int.random(in: 0..<3, using: &random) > 0 {
                editor.insert(Self.pieces.randomElement(using: &random) ?? "")
            } else {
                editor.perform(Action.Edit.allCases.randomElement(using: &random) ?? .left)
            }
            let fresh = EditorRows(TextBuffer(editor.text), width: width)
            #expect(editor.rows.lengths == fresh.lengths)
            check(editor.layout(width: width, maxRows: height), of: editor, width: width, height: height)
        }
    }

    private func check(_ view: VisibleText, of editor: LineEditor, width: Int, height: Int) {
        #expect(view.rows.count == min(height, view.totalRows))
        #expect(view.rows.allSatisfy { Glyphs.width($0) <= width })
        #expect(view.rows.indices.contains(view.cursor.row))
        #expect((0..<width).contains(view.cursor.column))
        #expect(view.firstRow >= 0 && view.firstRow + view.rows.count <= view.totalRows)
        #expect(editor.rows.lengths.reduce(0, +) == editor.count)
    }
}
