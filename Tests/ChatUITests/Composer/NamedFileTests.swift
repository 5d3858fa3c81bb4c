import RichText
import SessionCore
import Testing

@testable import ChatUI

/// Files that are named with `@` in a message.
@Suite struct NamedFileTests {
    private func scenario() -> Scenario {
        var scenario = Scenario(tasks: [Scenario.task("a", "First")])
        scenario.load()
        return scenario
    }

    private func list(_ scenario: inout Scenario, _ folder: String = "", _ names: String...) {
        scenario.receive(.files(.listing(FolderListing(folder: folder, names: names))))
    }

    private func labels(_ scenario: Scenario) -> [String]? {
        scenario.model.composer.menu?.entries.map(\.label)
    }

    private func attached(_ scenario: Scenario) -> [String] {
        scenario.effects.compactMap { if case .attachFile(let path) = $0 { path } else { nil } }
    }

    @Test func filesAreOfferedBehindAnAtSignFoldersFirst() {
        var scenario = scenario()
        scenario.type("Look at @")
        list(&scenario, "", "a.md", "src/", "zoo/", ".hidden")
        #expect(labels(scenario) == ["src/", "zoo/", "a.md"])
        scenario.type("s")
        #expect(labels(scenario) == ["src/"])
        scenario.press("tab")
        #expect(scenario.model.composer.editor.text == "Look at @src/")
        list(&scenario, "src/", "main.swift", "other.swift")
        scenario.press("down", "enter")
        #expect(attached(scenario) == ["src/main.swift"])
        #expect(scenario.model.composer.editor.text == "Look at @src/main.swift")
    }

    @Test func theFileTakesThePlaceOfItsName() {
        var scenario = scenario()
        scenario.type("Look at @a")
        list(&scenario, "", "a.md")
        scenario.press("tab")
        #expect(attached(scenario) == ["a.md"])
        scenario.type(" please")
        scenario.receive(.files(.attachment("text\n", path: "a.md", name: "a.md")))
        #expect(scenario.model.composer.editor.text == "Look at a.md:\n\n```md\ntext\n```\n please")
        scenario.type("!")
        #expect(scenario.model.composer.editor.text.hasSuffix(" please!"))
    }

    @Test func aLongFileIsFolded() {
        var scenario = scenario()
        scenario.type("@a")
        list(&scenario, "", "a.md")
        scenario.press("tab")
        let text = String(repeating: "x\n", count: 40)
        scenario.receive(.files(.attachment(text, path: "a.md", name: "a.md")))
        #expect(scenario.screen().contains("> [a.md, 44 lines]"))
        #expect(scenario.model.composer.editor.text == "a.md:\n\n```md\n" + text + "```\n")
    }

    @Test func aFileThatCannotBeReadLeavesTheMessageAsItIs() {
        var scenario = scenario()
        scenario.type("@big")
        list(&scenario, "", "big.bin")
        scenario.press("tab")
        scenario.receive(.files(.failed("“big.bin” is not a text file.")))
        #expect(scenario.model.composer.editor.text == "@big.bin")
        #expect(scenario.model.notice?.text == "“big.bin” is not a text file.")
    }

    @Test(
        "What is no file is never changed",
        arguments: ["me@example.org", "@alice hello", "a@b @", "x @ y", "foo(@bar)"])
    func others(text: String) {
        var scenario = scenario()
        scenario.type(text)
        list(&scenario, "", "example.org", "notes.md")
        scenario.press("enter")
        let sent = scenario.intents.compactMap { if case .send(_, let text, _, _) = $0 { text } else { nil } }
        #expect(sent == [text])
        #expect(attached(scenario).isEmpty)
    }

    @Test func blanksInNamesAreEscaped() {
        var scenario = scenario()
        scenario.type("@my")
        list(&scenario, "", "my notes/")
        scenario.press("tab")
        #expect(scenario.model.composer.editor.text == "@my\\ notes/")
        list(&scenario, "my notes/", "a b.md")
        scenario.press("tab")
        #expect(attached(scenario) == ["my notes/a b.md"])
        scenario.receive(.files(.attachment("t", path: "my notes/a b.md", name: "a b.md")))
        #expect(scenario.model.composer.editor.text.hasPrefix("a b.md:\n\n```md\nt\n```"))
    }

    @Test func tabGoesAsFarAsTheNamesAgreeAndThenThroughTheMenu() {
        var scenario = scenario()
        scenario.type("@re")
        list(&scenario, "", "readme.md", "readme.txt")
        scenario.press("tab")
        #expect(scenario.model.composer.editor.text == "@readme.")
        scenario.press("tab")
        #expect(scenario.model.composer.menu?.selected?.label == "readme.md")
        scenario.press("tab")
        #expect(attached(scenario) == ["readme.md"])
    }

    @Test func aCommandAttachesWhatIsChosenInItsMenu() {
        var scenario = scenario()
        scenario.type("/attach re")
        list(&scenario, "", "readme.md")
        scenario.press("down", "enter")
        #expect(attached(scenario) == ["readme.md"])
    }

    @Test func leavingTheWordClosesTheMenu() {
        var scenario = scenario()
        scenario.type("@re")
        list(&scenario, "", "readme.md", "red.md")
        #expect(scenario.model.composer.menu != nil)
        scenario.press("left")
        #expect(scenario.model.composer.menu == nil)
    }
}
