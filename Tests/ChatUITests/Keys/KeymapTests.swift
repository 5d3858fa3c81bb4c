import RichText
import Settings
import Testing

@testable import ChatUI

struct KeymapTests {
    @Test func everyActionHasANameOfItsOwnAndWordsOfHelp() {
        let names = Action.entries.map(\.name)
        #expect(Set(names).count == names.count)
        for entry in Action.entries {
            #expect(!entry.summary.isEmpty, "\(entry.name)")
            #expect(Action(name: entry.name) == entry.action)
        }
    }

    @Test func everyDefaultKeyCanBeRead() {
        for entry in Action.entries {
            for key in entry.keys {
                #expect(KeySequence(text: key.text) != nil, "\(entry.name): \(key.text)")
            }
        }
    }

    @Test func noKeyHasTwoMeaningsInOnePlace() {
        var seen: [String: String] = [:]
        for entry in Action.entries {
            for key in entry.keys {
                let place = "\(key.context) \(key.text)"
                #expect(seen[place] == nil, "\(place): \(seen[place] ?? "") and \(entry.name)")
                seen[place] = entry.name
            }
        }
    }

    @Test func whatIsBoundInThePaneWinsOverEverywhere() {
        var keymap = Keymap.make().0
        #expect(keymap.press(Key("n"), in: .conversation) == .bound(.nextMatch))
        #expect(keymap.press(Key("n"), in: .list) == .bound(.newTask))
        #expect(keymap.press(Key("n"), in: .input) == .unbound([Key("n")]))
    }

    @Test func everyActionCanBeReachedWithoutAlt() {
        let keymap = Keymap.make().0
        for entry in Action.entries
        where entry.group == .dialogs || [.send, .cancel, .palette].contains(entry.action) {
            let keys = keymap.keys(of: entry.action)
            #expect(keys.contains { $0.keys.allSatisfy { !$0.modifiers.contains(.alt) } }, "\(entry.name)")
        }
    }

    @Test func aLineOfTheFileWinsOverTheDefault() {
        let binding = KeyBinding(sequence: KeySequence([Key("n", .control)]), action: "quit", line: 1)
        var (keymap, problems) = Keymap.make(bindings: [binding])
        #expect(problems.isEmpty)
        for context in [Action.Context.input, .list, .conversation] {
            #expect(keymap.press(Key("n", .control), in: context) == .bound(.quit))
        }
    }

    @Test func noneUnbinds() {
        let binding = KeyBinding(sequence: KeySequence([Key("q", .control)]), action: nil, line: 1)
        var keymap = Keymap.make(bindings: [binding]).0
        #expect(keymap.press(Key("q", .control), in: .input) == .unbound([Key("q", .control)]))
        #expect(keymap.keys(of: .quit).isEmpty)
    }

    @Test func anUnknownActionIsNamedWithItsLineAndTheNearestName() {
        let binding = KeyBinding(sequence: KeySequence([Key("q", .control)]), action: "qui", line: 7)
        let problems = Keymap.make(bindings: [binding], file: "keys.toml").1
        #expect(
            problems.map(\.description) == ["keys.toml:7: There is no action \"qui\". Did you mean \"quit\"?"]
        )
    }
}
