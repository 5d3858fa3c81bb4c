import RichText
import TestSupport
import Testing

@testable import Settings

@Suite struct KeyBindingTests {
    private func load(_ text: String) -> ([KeyBinding], [String]) {
        var file = SettingsFile(text: text, name: "keys.toml")
        let bindings = KeyBinding.load(from: &file)
        return (bindings, file.problems.map(\.description))
    }

    @Test func bindingsAreReadInTheOrderOfTheFile() {
        let (bindings, problems) = load(
            """
            [keys]
            "ctrl-x ctrl-e" = "edit"
            ctrl-n = "none"   # back to the terminal
            "alt-/" = "search-here"
            """)
        #expect(problems == [])
        #expect(
            bindings == [
                KeyBinding(
                    sequence: KeySequence([Key("x", .control), Key("e", .control)]), action: "edit", line: 2),
                KeyBinding(sequence: KeySequence([Key("n", .control)]), action: nil, line: 3),
                KeyBinding(sequence: KeySequence([Key("/", .alt)]), action: "search-here", line: 4),
            ])
    }

    @Test func noFileBindsNothing() throws {
        let (bindings, problems) = KeyBinding.load(from: try TemporaryFolder().folders)
        #expect(bindings.isEmpty && problems.isEmpty)
    }

    @Test(arguments: [
        (
            "[keys]\n\"ctrl-foo\" = \"send\"",
            "keys.toml:2: There is no key \"ctrl-foo\". "
                + "Write it as in \"ctrl-n\", \"alt-enter\", \"f5\", \"shift-up\" or \"ctrl-x ctrl-e\"."
        ),
        (
            "[keys]\n\"ctrl-x hyper-y\" = \"send\"",
            "keys.toml:2: There is no key \"hyper-y\". "
                + "Write it as in \"ctrl-n\", \"alt-enter\", \"f5\", \"shift-up\" or \"ctrl-x ctrl-e\"."
        ),
        (
            "[keys]\n\"\" = \"send\"",
            "keys.toml:2: There is no key \"\". "
                + "Write it as in \"ctrl-n\", \"alt-enter\", \"f5\", \"shift-up\" or \"ctrl-x ctrl-e\"."
        ),
        (
            "[keys]\n\"ctrl-n\" = 5",
            "keys.toml:2: \"ctrl-n\" is a number; it has to be a string. Write it as in \"ctrl-n\" = \"next-task\""
        ),
        (
            "[keys]\n\"a  b\" = \"send\"\n\"a b\" = \"stop\"",
            "keys.toml:3: \"a b\" is bound twice. Line 2 counts."
        ),
        ("[kyes]\na = \"send\"", "keys.toml:1: Unknown key \"kyes\". Did you mean \"keys\"?"),
        ("keys = 1", "keys.toml:1: \"keys\" is a number; it has to be a table. Write it as in [keys]"),
    ])
    func whatCannotBeUsedIsTold(text: String, problem: String) {
        let (bindings, problems) = load(text)
        #expect(problems == [problem])
        #expect(bindings.count <= 1)
    }

    @Test(arguments: ["ctrl-x ctrl-e", "alt-enter", "a", "ctrl-x b"])
    func aSequenceReadsAsItIsWritten(text: String) {
        #expect(KeySequence(text: text)?.description == text)
    }
}
