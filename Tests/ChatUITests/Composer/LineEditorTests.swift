import Testing

@testable import ChatUI

/// In the texts of these tables `|` is the cursor.
@Suite struct LineEditorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var before: String
        var edits: [Action.Edit]
        var after: String
        var testDescription: String { "\(before.debugDescription) \(edits.map(\.rawValue))" }

        init(_ before: String, _ edits: Action.Edit..., gives after: String) {
            self.before = before
            self.edits = edits
            self.after = after
        }
    }

    @Test(arguments: [
        Case("one tw|o", .wordLeft, gives: "one |two"),
        Case("one |two", .wordLeft, gives: "|one two"),
        Case("o|ne, two", .wordRight, .wordRight, gives: "one, two|"),
        Case("one\ntw|o\nthree", .lineStart, .lineStart, gives: "one\n|two\nthree"),
        Case("one\nt|wo\nthree", .lineEnd, .lineEnd, gives: "one\ntwo|\nthree"),
        Case("one\nt|wo", .textStart, gives: "|one\ntwo"),
        Case("o|ne\ntwo", .textEnd, gives: "one\ntwo|"),
        Case("one|", .newline, gives: "one\n|"),
        Case("|", .left, .right, .wordLeft, .wordRight, .deleteLeft, .deleteRight, gives: "|"),
    ])
    func moves(_ table: Case) { check(table) }

    @Test(arguments: [
        Case("👩‍👩‍👧‍👦|!", .deleteLeft, gives: "|!"),
        Case("|e\u{301}!", .deleteRight, gives: "|!"),
        Case("git commit --amend|", .killToBlank, gives: "git commit |"),
        Case("git commit --amend  |", .killToBlank, gives: "git commit |"),
        Case("see /usr/lib|", .killWordLeft, gives: "see /usr/|"),
        Case("|see, there", .killWordRight, gives: "|, there"),
        Case("see|, there", .killWordRight, gives: "see|"),
        Case("one\nt|wo\nthree", .killToLineEnd, gives: "one\nt|\nthree"),
        Case("one\nt|wo\nthree", .killToLineEnd, .killToLineEnd, gives: "one\nt|three"),
        Case("one\ntw|o", .killToLineStart, gives: "one\n|o"),
        Case("one\n|two", .killToLineStart, gives: "one|two"),
        Case("one\nt|wo", .clear, gives: "|"),
    ])
    func deletes(_ table: Case) { check(table) }

    @Test(arguments: [
        Case("one two three|", .killToBlank, .yank, gives: "one two three|"),
        Case("one two three|", .killToBlank, .killToBlank, .textStart, .yank, gives: "two three|one "),
        Case("|one two three", .killWordRight, .killWordRight, .textEnd, .yank, gives: " threeone two|"),
        Case("one tw|o three", .killToLineEnd, .killToLineStart, .yank, gives: "one two three|"),
        Case("one two|", .killToBlank, .left, .killToLineStart, .yank, gives: "one| "),
        Case("one two|", .killToBlank, .textStart, .killWordRight, .yank, .yankPop, gives: "two| "),
        Case("one two|", .killToBlank, .textStart, .killWordRight, .yank, .yankPop, .yankPop, gives: "one| "),
        Case("one two|", .killToBlank, .textStart, .killWordRight, .yank, .yankPop, .undo, gives: "| "),
        Case("one two|", .killToBlank, .yank, .left, .yankPop, gives: "one tw|o"),
        Case("one two|", .clear, .yank, gives: "one two|"),
        Case("one|", .deleteLeft, .yank, gives: "on|"),
        Case("one two|", .killToLineStart, .killToLineStart, .undo, gives: "one two|"),
    ])
    func killsAndYanks(_ table: Case) { check(table) }

    @Test(arguments: [
        Case("hte|", .transposeCharacters, gives: "het|"),
        Case("h|te", .transposeCharacters, gives: "th|e"),
        Case("|the", .transposeCharacters, gives: "|the"),
        Case("a\n|b", .transposeCharacters, gives: "a\n|b"),
        Case("ab|\nc", .transposeCharacters, gives: "ba|\nc"),
        Case("a|", .transposeCharacters, gives: "a|"),
        Case("one, two|", .transposeWords, gives: "two, one|"),
        Case("one, two  |", .transposeWords, gives: "two, one|  "),
        Case("one| two", .transposeWords, gives: "two one|"),
        Case("|one two", .transposeWords, gives: "|one two"),
        Case("...|", .transposeWords, gives: "...|"),
        Case("|straße und", .upcaseWord, gives: "STRASSE| und"),
        Case("x| GROSS", .downcaseWord, gives: "x gross|"),
        Case("| \"élan VITAL\"", .capitaliseWord, .capitaliseWord, gives: " \"Élan Vital|\""),
    ])
    func exchangesAndChangesCase(_ table: Case) { check(table) }

    private func check(_ table: Case) {
        var editor = Self.editor(table.before)
        for edit in table.edits { editor.perform(edit) }
        #expect(Self.shown(editor) == table.after)
    }

    @Test func undoTakesTypingBackWordByWord() {
        var editor = LineEditor()
        for character in "two words" { editor.insert(String(character)) }
        editor.perform(.undo)
        #expect(Self.shown(editor) == "two |")
        editor.perform(.undo)
        #expect(Self.shown(editor) == "|")
        editor.perform(.redo)
        editor.perform(.redo)
        #expect(Self.shown(editor) == "two words|")
    }

    @Test func movingOrPastingEndsWhatUndoTakesBackAtOnce() {
        var editor = LineEditor()
        editor.insert("a")
        editor.perform(.left)
        editor.insert("b")
        editor.insert("pasted")
        editor.insert("c")
        let shown = (0..<4).map { _ in
            editor.perform(.undo)
            return Self.shown(editor)
        }
        #expect(shown == ["bpasted|a", "b|a", "|a", "|"])
    }

    @Test func deletingOneCharacterAfterTheOtherIsOneStepOfUndo() {
        var editor = LineEditor("one two")
        for _ in 0..<3 { editor.perform(.deleteLeft) }
        editor.perform(.undo)
        #expect(Self.shown(editor) == "one two|")
    }

    @Test func aChangeAfterUndoForgetsWhatCouldBeRedone() {
        var editor = LineEditor()
        editor.insert("one")
        editor.perform(.undo)
        editor.insert("two")
        let redone = editor.perform(.redo)
        #expect(!redone)
        #expect(editor.text == "two")
    }

    @Test func anotherTextKeepsTheKillRingButNothingToUndo() {
        var editor = LineEditor("kept words")
        editor.perform(.killToBlank)
        editor.setText("other ", cursor: 100)
        let undone = editor.perform(.undo)
        #expect(!undone)
        editor.perform(.yank)
        #expect(Self.shown(editor) == "other words|")
    }

    @Test func replacingAPartPutsTheCursorBehindItAndCanBeUndone() {
        var editor = Self.editor("say |helo now")
        editor.replace(4..<8, with: "hello")
        #expect(Self.shown(editor) == "say hello| now")
        editor.perform(.undo)
        #expect(Self.shown(editor) == "say |helo now")
    }

    @Test func anAccentJoinsTheLetterThatComesToStandBeforeIt() {
        var editor = LineEditor()
        editor.setText("e\n\u{301}", cursor: 2)
        #expect(editor.count == 3)
        editor.perform(.deleteLeft)
        #expect(editor.text == "\u{E9}" && editor.count == 1 && editor.cursor == 1)
        editor.perform(.undo)
        #expect(editor.text == "e\n\u{301}" && editor.cursor == 2)
    }

    @Test func lineEndsOfEveryKindBecomeOne() {
        var editor = LineEditor("a\r\nb\rc")
        #expect(editor.text == "a\nb\nc")
        editor.insert("\r\n")
        #expect(editor.text == "a\nb\nc\n")
    }

    @Test func theRevisionChangesJustWhenTheTextDoes() {
        var editor = LineEditor("one")
        let revision = editor.revision
        editor.perform(.left)
        editor.perform(.yank)
        editor.insert("")
        #expect(editor.revision == revision)
        editor.insert("x")
        #expect(editor.revision != revision)
    }

    @Test func namesOfEditsAreKebabCaseAndEachHasWordsOfHelp() {
        for edit in Action.Edit.allCases {
            #expect(edit.rawValue.allSatisfy { $0.isLowercase || $0 == "-" })
            #expect(!edit.summary.isEmpty)
        }
        #expect(Set(Action.Edit.allCases.map(\.summary)).count == Action.Edit.allCases.count)
    }

    static func editor(_ marked: String) -> LineEditor {
        let cursor = marked.prefix { $0 != "|" }.count
        var editor = LineEditor()
        editor.setText(marked.replacing("|", with: ""), cursor: cursor)
        return editor
    }

    static func shown(_ editor: LineEditor) -> String {
        editor[0..<editor.cursor] + "|" + editor[editor.cursor..<editor.count]
    }
}
