import Foundation
import RichText
import SessionCore
import Testing

@testable import ChatUI
@testable import Settings

/// Templates in the message.
@Suite struct TemplateTests {
    private func scenario(
        _ templates: [String: String] = ["ask": "{{date}} {{who}}: {{selection}} {{what else}}"]
    ) throws
        -> Scenario
    {
        var scenario = Scenario(tasks: [Scenario.task("a", "First")])
        var update = SettingsUpdate()
        update.templates = TemplateCatalog(
            folder: "~/.config/parley/templates",
            all: try templates.sorted { $0.key < $1.key }.map { try Template(name: $0.key, source: $0.value) }
        )
        scenario.load([scenario.message(.user, "one"), scenario.message(.agent, "first reply")])
        scenario.receive(.settings(update))
        return scenario
    }

    private var text: (Scenario) -> String { { $0.model.composer.editor.text } }

    @Test func blanksAreAskedForInTurnAndTheTextGoesToTheCursor() throws {
        var scenario = try scenario()
        scenario.type("Before ")
        scenario.press("ctrl-x ctrl-t")
        #expect(scenario.screen().contains("{{date}} {{who}}: {{selection}}"), "what it holds is shown")
        scenario.press("enter")
        #expect(scenario.screen().contains("ask – who (1 of 2)"))
        scenario.type("Ada")
        scenario.press("enter")
        #expect(scenario.screen().contains("ask – what else (2 of 2)"))
        scenario.press("enter")
        #expect(text(scenario) == "Before 2026-03-14 Ada: first reply ")
        #expect(scenario.intents.allSatisfy { if case .send = $0 { false } else { true } })
    }

    @Test func escapeLosesNothing() throws {
        var scenario = try scenario()
        scenario.type("Before")
        scenario.press("ctrl-x ctrl-t", "enter", "esc")
        #expect(!scenario.model.dialogs.isOpen)
        #expect(text(scenario) == "Before")
        #expect(scenario.model.filling == nil)
    }

    @Test func theSelectedMessageIsTheSelection() throws {
        var scenario = try scenario(["q": "> {{selection}}"])
        scenario.press("alt-up", "alt-up", "ctrl-x ctrl-t", "enter")
        #expect(text(scenario) == "> one")
        #expect(scenario.model.pane == .input)
    }

    @Test func theClipboardIsReadWhereItIsAskedFor() throws {
        var scenario = try scenario(["c": "[{{clipboard}}] {{x}}"])
        scenario.type("/template c")
        scenario.press("enter")
        #expect(scenario.effects.contains { if case .readClipboard = $0 { true } else { false } })
        scenario.receive(.clipboard("copied"))
        scenario.type("y")
        scenario.press("enter")
        #expect(text(scenario) == "[copied] y")
        scenario.press("ctrl-u")
        scenario.type("/template c")
        scenario.press("enter")
        scenario.receive(.clipboard(nil))
        #expect(scenario.model.notice?.text.contains("clipboard cannot be read") == true)
        scenario.press("enter")
        #expect(text(scenario) == "[] ")
    }

    @Test func aCommandNamesATemplateAndItsMenuOffersThem() throws {
        var scenario = try scenario(["ask": "1", "tell": "2"])
        scenario.type("/template ")
        #expect(scenario.model.composer.menu?.entries.map(\.label) == ["ask", "tell"])
        scenario.press("down", "down", "enter")
        #expect(text(scenario) == "2")
        scenario.press("ctrl-u")
        scenario.type("/template nosuch")
        scenario.press("enter")
        #expect(scenario.model.notice?.text == "There is no template “nosuch”. Templates: ask, tell.")
    }

    @Test func withoutTemplatesItIsSaidHowToMakeOne() throws {
        var scenario = try scenario([:])
        scenario.press("ctrl-x ctrl-t")
        #expect(scenario.screen().contains("~/.config/parley/templates/NAME.md"))
    }
}
