import RichText
import SessionCore
import Testing

@testable import ChatUI

/// What was said leaves Parley.
@Suite struct TakingOutTests {
    private func scenario() -> Scenario {
        var scenario = Scenario(columns: 120, tasks: [Scenario.task("a", "What is it?")])
        scenario.load([
            scenario.message(.user, "mine"),
            scenario.message(
                .agent, "Some *text* and [a link](https://example.org/x).\n\n```python\nprint(1)\n```"),
        ])
        return scenario
    }

    private func labels(_ scenario: Scenario) -> [String] {
        guard case .picker(let picker)? = scenario.model.dialogs.current else { return [] }
        return picker.shown.map { "\($0.label.trimmingSpaces) | \($0.detail)" }
    }

    @Test func ownMessagesAndRepliesAsShownCanBeCopied() {
        var scenario = scenario()
        scenario.press("ctrl-x y")
        #expect(
            labels(scenario) == [
                "Some *text* and [a link](https://example.org/x). | reply  15:09",
                "Some *text* and [a link](https://example.org/x). | as shown  15:09",
                "print(1) | python  15:09", "mine | yours  15:09",
            ])
        scenario.press("esc")
        // As wide as the conversation.
        _ = scenario.screen()
        scenario.press("ctrl-x y", "down", "enter")
        guard case .copy(let text, _)? = scenario.effects.last else {
            Issue.record("nothing is copied")
            return
        }
        #expect(text.contains("Some") && text.contains("a link") && !text.contains("https://"))
        #expect(text.contains("print(1)") && !text.contains("```"))
    }

    @Test func aCodeBlockIsSavedUnderANameOfItsLanguage() {
        var scenario = scenario()
        scenario.press("ctrl-x w", "down", "down", "enter")
        guard case .prompt(let prompt)? = scenario.model.dialogs.current else {
            Issue.record("no name is asked for")
            return
        }
        #expect(prompt.editor.text == "print-1.py")
        scenario.press("enter")
        guard case .writeFile(let text, "print-1.py")? = scenario.effects.last else {
            Issue.record("nothing is written")
            return
        }
        #expect(text == "print(1)\n" || text == "print(1)")
        scenario.receive(.files(.written("print-1.py")))
        #expect(scenario.model.notice?.text == "Wrote print-1.py.")
    }

    @Test func aTaskIsExportedByKeyAndCommand() {
        var scenario = scenario()
        scenario.press("ctrl-x ctrl-w", "enter")
        guard case .exportTask(let task, "what-is-it.md")? = scenario.effects.last else {
            Issue.record("nothing is exported: \(scenario.effects)")
            return
        }
        #expect(task == scenario.model.tasks.focused)
        scenario.type("/export a.json")
        scenario.press("esc", "enter")
        guard case .exportTask(task, "a.json")? = scenario.effects.last else {
            Issue.record("nothing is exported")
            return
        }
    }

    @Test func aLinkIsOpenedAfterItsHostWasShown() {
        var scenario = scenario()
        scenario.press("alt-o", "enter")
        #expect(!scenario.effects.contains { if case .openLink = $0 { true } else { false } })
        #expect(labels(scenario) == ["Open in the browser | example.org", "Copy the address | "])
        scenario.press("enter")
        guard case .openLink("https://example.org/x")? = scenario.effects.last else {
            Issue.record("nothing is opened")
            return
        }
    }

    @Test(arguments: [
        ("https://example.org:8080/a?b#c", "example.org", false), ("http://[::1]/x", "[::1]", false),
        ("https://google.com@evil.example/x", "evil.example", true),
        ("https://google.com\\@evil.example/x", "google.com", false),
        ("https://g\u{43E}\u{43E}gle.com/", "g\u{43E}\u{43E}gle.com", true),
        ("https://xn--ggle-0nda.com/", "xn--ggle-0nda.com", true),
        ("HTTPS://EXAMPLE.org", "EXAMPLE.org", false),
    ])
    func theRealHostIsShownAndWhatImitatesIsSaid(address: String, host: String, warns: Bool) {
        let place = LinkedPlace(address)
        #expect(place.host == host)
        #expect((place.warning != nil) == warns, "\(place.warning ?? "")")
        #expect(place.canBeOpened)
    }

    @Test(arguments: ["javascript:alert(1)", "file:///etc/passwd", "vscode://x", "mailtox:a"])
    func onlyWebAndMailAddressesAreOpened(address: String) {
        let place = LinkedPlace(address)
        #expect(!place.canBeOpened)
        #expect(Picker.opening(place).shown.map(\.label) == ["Copy the address"])
    }
}
