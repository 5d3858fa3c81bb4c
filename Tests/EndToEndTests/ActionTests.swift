import Foundation
import RichText
import Settings
import TestSupport
import Testing

@testable import ChatUI
@testable import parley

/// Every action is wherever a person may look for it.
@Suite(.ownThread) struct ActionTests {
    @Test func thePaletteOffersEveryAction() {
        let choices = Picker.help(Keymap.make().0).items.map(\.choice)
        for entry in Action.entries {
            // The first stands for nine of them.
            if case .task(let number) = entry.action, number > 1 { continue }
            let isThere = choices.contains(.action(entry.action)) || choices.contains(.key(entry.action))
            #expect(isThere, "\(entry.name)")
        }
    }

    @Test func theListOfKeysHasEveryAction() throws {
        let lines = try TestHome().run(["keys"]).output.split(separator: "\n")
        #expect(lines.map { String($0.prefix { $0 != "\t" }) } == Action.entries.map(\.name))
    }

    @Test func everyActionCanBeBoundInTheFile() throws {
        let home = try TestHome()
        let example = try home.run(["keys", "--example"]).output
        for entry in Action.entries {
            #expect(example.contains("#   \(entry.name) "), "\(entry.name)")
            let binding = KeyBinding(
                sequence: KeySequence([Key(.function(24))]), action: entry.name, line: 1)
            let (keymap, problems) = Keymap.make(bindings: [binding])
            #expect(problems.isEmpty, "\(entry.name)")
            #expect(keymap.keys(of: entry.action).contains(binding.sequence), "\(entry.name)")
        }
        // As it is, and with its examples in effect.
        for text in [example, example.replacing(/(?m)^# "/, with: "\"")] {
            try home.write(text, to: ".config/parley/keys.toml")
            let checked = try home.run(["config"])
            #expect(checked.errors == "")
            #expect(checked.status == 0)
        }
    }

    /// `PARLEY_RECORD=1` writes the table anew.
    @Test func theReadmeHasEveryAction() throws {
        let file = SourceTree.root.appending(path: "README.md")
        let readme = try String(contentsOf: file, encoding: .utf8)
        let heading = "### Every action\n\n| action | keys | what it does |\n|---|---|---|\n"
        let start = try #require(readme.range(of: heading)).upperBound
        let end = try #require(readme.range(of: "\n## ", range: start..<readme.endIndex)).lowerBound
        let table = Action.entries.map { $0.referenceRow + "\n" }.joined()
        if ProcessInfo.processInfo.environment["PARLEY_RECORD"] != nil {
            try readme.replacingCharacters(in: start..<end, with: table).write(
                to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(readme[start..<end] == table)
        }
    }

    @Test(arguments: [["parley"], ["keys.5"]])
    func theManualHasEveryAction(page: [String]) throws {
        let page = try ManualPage.named(page, among: ManualPage.all())
        let lines = Set(page.source.split(separator: "\n").map(String.init))
        for entry in Action.entries {
            #expect(lines.contains("\\fB\(entry.name.replacing("-", with: "\\-"))\\fR"), "\(entry.name)")
        }
    }
}
