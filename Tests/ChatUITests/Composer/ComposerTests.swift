import RichText
import SessionCore
import Testing

@testable import ChatUI

/// The input as a value of its own.
struct ComposerTests {
    @Test func aDraftIsGivenOutOnceForEachChange() {
        var composer = Composer()
        composer.open(Draft(text: "stored", cursor: 6))
        var drafts = [composer.unsavedDraft()]
        composer.insert("!")
        drafts += [composer.unsavedDraft(), composer.unsavedDraft()]
        _ = composer.perform(.edit(.left))
        drafts.append(composer.unsavedDraft())
        #expect(drafts == [nil, Draft(text: "stored!", cursor: 7), nil, nil])
    }

    @Test func whatWasCutInOneTaskCanBeInsertedInAnother() {
        var composer = Composer()
        composer.insert("cut this")
        _ = composer.perform(.edit(.killToLineStart))
        composer.open(.empty)
        _ = composer.perform(.edit(.yank))
        #expect(composer.draft.text == "cut this")
    }

    @Test func aCommandClearsTheInputAndAMessageStaysUntilItIsSent() {
        var composer = Composer()
        composer.insert("/rename Lisbon")
        guard case .command(.rename("Lisbon")) = composer.submission() else {
            Issue.record("not read as a command")
            return
        }
        #expect(composer.isEmpty)
        composer.insert("Hello")
        guard case .message("Hello") = composer.submission() else {
            Issue.record("not read as a message")
            return
        }
        #expect(composer.draft.text == "Hello")
        composer.clear(remembering: "Hello")
        #expect(composer.isEmpty)
        _ = composer.perform(.edit(.rowUp))
        #expect(composer.draft.text == "Hello")
    }

    @Test func aCommandWithoutItsArgumentSaysHowItIsUsed() {
        var scenario = Scenario(tasks: [Scenario.task("a", "A")])
        scenario.load()
        scenario.type("/bg")
        scenario.press("enter")
        #expect(scenario.model.notice?.text == "This command needs an argument: /bg TEXT")
        #expect(scenario.sent.isEmpty)
    }
}
