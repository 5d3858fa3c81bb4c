import Foundation
import RichText
import Settings
import TestSupport
import Testing

@testable import ChatUI

/// `parley keys --show`: what a key sends, what it is bound to, and which default a binding takes away.
@Suite(.ownThread) struct KeyShowTests {
    private func home(_ keys: String = "") throws -> TestHome {
        let home = try TestHome()
        try home.write("[keys]\n" + keys, to: ".config/parley/keys.toml")
        return home
    }

    @Test func namedKeysAreExplainedPlaceByPlace() throws {
        let outcome = try home().run(["keys", "--show", "n"])
        #expect(outcome.status == 0)
        #expect(
            outcome.output == """
                n
                  in the task list: new-task: Start a new task
                  in the conversation: next-match: Go to the next match

                """)
        #expect(
            try home().run(["keys", "--show", "Ctrl-X", "q"]).output == """
                ctrl-x q
                  in every pane: quote: Quote the selected message, or the last reply

                """)
        #expect(
            try home().run(["keys", "--show", "ctrl-x"]).output.contains("in every pane: begins ctrl-x m,"))
        #expect(try home().run(["keys", "--show", "f24"]).output == "f24\n  bound to nothing\n")
        #expect(try home().run(["keys", "--show", "ctl-n"]).status == 64)
    }

    @Test func aBindingSaysWhichDefaultItTakesAway() throws {
        let home = try home("\"ctrl-t\" = \"new-task\"\n\"f8\" = \"quit\"\n\"alt-w\" = \"none\"\n")
        let shown = try home.run(["keys", "--show", "ctrl-t"]).output
        #expect(
            shown == """
                ctrl-t
                  in every pane: new-task: Start a new task
                  in a dialog: transpose-characters: Exchange the characters beside the cursor
                  set by ~/.config/parley/keys.toml:2
                  takes away transpose-characters while you write, which has no other key there

                """)
        let listed = try home.run(["keys"])
        #expect(
            listed.errors == """
                parley: ~/.config/parley/keys.toml:2: "ctrl-t" takes away transpose-characters while you write, which has no other key there.
                parley: ~/.config/parley/keys.toml:3: "f8" takes away toggle-list, which has no other key there.

                """)
        let config = try home.run(["config"])
        #expect(config.status == 0)
        #expect(config.errors == "")
        #expect(
            config.output.contains("key\tctrl-t\tnew-task, in place of transpose-characters (no other key)\n")
        )
        #expect(config.output.contains("key\talt-w\tnothing, in place of copy-reply"))
    }

    /// A key that begins other sequences takes all of them.
    @Test func aBeginningTakesWhatItBegins() {
        let binding = KeyBinding(sequence: KeySequence([Key("x", .control)]), action: "quit", line: 1)
        let (keymap, _) = Keymap.make(bindings: [binding])
        let lost = Set(keymap.replacements(by: binding.sequence).map(\.action))
        #expect(lost.isSuperset(of: [.quote, .stop, .openEditor, .toggleBackground]))
        #expect(Keymap.make().0.replacements.isEmpty)
    }

    // MARK: In a terminal

    @Test func pressedKeysAreShownWithWhatTheySend() throws {
        let home = try home("\"ctrl-t\" = \"new-task\"\n")
        let session = try home.open(["keys", "--show"])
        try session.waitFor(text: "Press keys")
        #expect(!session.terminal.settings.isCooked)
        session.type("\u{1B}[A")
        try session.waitFor(text: "up    sends Esc [ A  (1b 5b 41)")
        session.type("\u{14}")
        try session.waitFor(text: "ctrl-t    sends ^T  (14)")
        try session.waitFor(text: "takes away transpose-characters")
        // Two keys, one after the other, and the Esc key alone.
        session.type("\u{18}")
        try session.waitFor(text: "ctrl-x    sends ^X  (18)")
        session.type("q")
        try session.waitFor(text: "ctrl-x q    sends q  (71)")
        session.type("\u{1B}")
        try session.waitFor(text: "esc    sends Esc  (1b)")
        session.type("é")
        try session.waitFor(text: "é    sends é  (c3 a9)")
        session.type("\u{1B}[99z")
        try session.waitFor(text: "a sequence that is no key    sends Esc [ 9 9 z")
        session.paste("some text")
        try session.waitFor(text: "a paste of 9 characters")
        session.type("q")
        try session.waitFor(text: "q    sends q  (71)")
        session.type("q")
        #expect(try session.waitForExit() == .exited(0))
        #expect(session.terminal.settings.isCooked)
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
    func theTerminalIsRestoredWhateverEndsIt(signal: Int32) throws {
        let session = try home().open(["keys", "--show"])
        try session.waitFor(text: "Press keys")
        session.signal(signal)
        #expect(try session.waitForExit() == .exited(130))
        #expect(session.terminal.settings.isCooked)
    }

    @Test func controlCTwiceEndsIt() throws {
        let session = try home().open(["keys", "--show"])
        try session.waitFor(text: "Press keys")
        session.type("\u{3}")
        try session.waitFor(text: "ctrl-c    sends ^C  (03)")
        session.type("\u{3}")
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func withoutATerminalKeysHaveToBeNamed() throws {
        let outcome = try home().run(["keys", "--show"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("is not a terminal"))
    }
}
