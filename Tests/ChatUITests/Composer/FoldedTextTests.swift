import RichText
import SessionCore
import Testing

@testable import ChatUI

/// Long texts that the input shows as one character.
@Suite struct FoldedTextTests {
    private static let long = (1...120).map { "line \($0)" }.joined(separator: "\n")

    private func scenario() -> Scenario {
        var scenario = Scenario(tasks: [
            Scenario.task("a", "First"), Scenario.task("b", "Second", minutesAgo: 1),
        ])
        scenario.load()
        scenario.intents = []
        return scenario
    }

    private func sent(_ scenario: Scenario) -> [String] {
        scenario.intents.compactMap { if case .send(_, let text, _, _) = $0 { text } else { nil } }
    }

    @Test func aLongPasteIsALabelAndIsSentWhole() {
        var scenario = scenario()
        scenario.type("See ")
        scenario.paste(Self.long)
        scenario.type("!")
        #expect(scenario.screen().contains("> See [pasted text, 120 lines]!"))
        #expect(scenario.model.composer.editor.text == "See " + Self.long + "!")
        scenario.press("enter")
        #expect(sent(scenario) == ["See " + Self.long + "!"])
    }

    @Test func aShortPasteIsText() {
        var scenario = scenario()
        scenario.paste("one\ntwo")
        #expect(scenario.screen().contains("> one"))
        scenario.press("ctrl-x ctrl-v")
        #expect(scenario.model.notice?.text.hasPrefix("Nothing is folded here") == true)
    }

    @Test func aLongLineIsCountedInCharacters() {
        var scenario = scenario()
        scenario.paste(String(repeating: "x", count: 1001))
        #expect(scenario.screen().contains("[pasted text, 1001 characters]"))
    }

    @Test func itIsDeletedAndUndoneAsOne() {
        var scenario = scenario()
        scenario.type("a")
        scenario.paste(Self.long)
        scenario.press("backspace")
        #expect(scenario.model.composer.editor.text == "a")
        scenario.press("ctrl-_")
        #expect(scenario.model.composer.editor.text == "a" + Self.long)
        scenario.press("ctrl-_")
        #expect(scenario.model.composer.editor.text == "a", "a paste is a step of its own")
    }

    @Test func itIsCutAndInsertedAgain() {
        var scenario = scenario()
        scenario.paste(Self.long)
        scenario.press("ctrl-u")
        #expect(scenario.model.composer.isEmpty)
        scenario.press("ctrl-y", "ctrl-y")
        #expect(scenario.model.composer.editor.text == Self.long + Self.long)
    }

    @Test func itCanBeLookedAtAndFoldedAgain() {
        var scenario = scenario()
        scenario.type("a ")
        scenario.paste(Self.long)
        scenario.type(" b")
        scenario.press("ctrl-x ctrl-v")
        #expect(scenario.screen().contains("> a line 1"))
        #expect(scenario.model.composer.editor.text == "a " + Self.long + " b")
        scenario.press("ctrl-x ctrl-v")
        #expect(scenario.screen().contains("> a [pasted text, 120 lines] b"))
        scenario.press("ctrl-_")
        #expect(scenario.screen().contains("> a line 1"))
    }

    @Test func theDraftOfATaskHoldsAllOfItAndIsFoldedWhenItIsOpenedAgain() {
        var scenario = scenario()
        scenario.type("x ")
        scenario.paste(Self.long)
        scenario.type(" y")
        scenario.press("left")
        scenario.press("ctrl-n")
        let drafts = scenario.intents.compactMap {
            if case .setDraft(_, let draft) = $0 { draft } else { nil }
        }
        #expect(drafts.last == Draft(text: "x " + Self.long + " y", cursor: 3 + Self.long.count))
        scenario.press("ctrl-p")
        #expect(scenario.screen().contains("> x [pasted text, 120 lines] y"))
        scenario.type("-")
        #expect(scenario.model.composer.editor.text == "x " + Self.long + " -y")
    }

    @Test func anEarlierMessageIsRecalledFolded() {
        var scenario = scenario()
        scenario.paste(Self.long)
        scenario.press("enter", "up")
        #expect(scenario.screen().contains("[pasted text, 120 lines]"))
        #expect(scenario.model.composer.editor.text == Self.long)
    }

    @Test func aPastedCommandIsAMessage() {
        var scenario = scenario()
        scenario.paste("/quit\n" + Self.long)
        #expect(scenario.model.composer.menu == nil)
        scenario.press("enter")
        #expect(sent(scenario) == ["/quit\n" + Self.long])
    }

    @Test func noTextFromElsewhereStandsForAnother() {
        var scenario = scenario()
        scenario.paste(Self.long)
        let mark = scenario.model.composer.editor.buffer.characters
        #expect(mark.count == 1)
        scenario.press("ctrl-u")
        scenario.paste(mark)
        #expect(scenario.model.composer.editor.text.unicodeScalars.first == "\u{FFFD}")
        scenario.press("ctrl-u")
        scenario.model.replaceInput(with: mark)
        #expect(scenario.model.composer.editor.text.unicodeScalars.first == "\u{FFFD}")
    }

    @Test func anAccentBehindItIsKept() {
        var scenario = scenario()
        scenario.paste(Self.long)
        scenario.paste("\u{301}")
        #expect(scenario.model.composer.editor.text == Self.long + "\u{301}")
        #expect(scenario.screen().contains("[pasted text, 120 lines]"))
    }
}
