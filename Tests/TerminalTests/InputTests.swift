import CVTerm
import Foundation
import TestSupport
import Testing

/// Keys typed at a real terminal arrive as events.
@Suite(.ownThread) struct InputTests {
    @Test func reportsKeys() throws {
        let probe = try ProbeSession()
        for (typed, name) in [
            ("a", "key a"), ("\u{3}", "key ctrl-c"), ("\u{1A}", "key ctrl-z"), ("\u{1C}", "key ctrl-\\"),
            ("\u{13}", "key ctrl-s"), ("\u{11}", "key ctrl-q"), ("\u{4}", "key ctrl-d"),
            ("\u{F}", "key ctrl-o"),
            ("\r", "key enter"), ("\n", "key ctrl-j"), ("\u{16}", "key ctrl-v"), ("é", "key é"),
            ("你", "key 你"),
            ("\u{1B}x", "key alt-x"), ("\u{1B}[13;2u", "key shift-enter"),
            ("\u{1B}[27;2;13~", "key shift-enter"),
        ] {
            probe.session.type(typed)
            try probe.waitFor(name)
        }
    }

    @Test(arguments: [
        "xterm-256color", "tmux-256color", "screen-256color", "linux", "vt100", "rxvt-unicode-256color",
    ])
    func reportsKeysThatTypeNothing(type: String) throws {
        let probe = try ProbeSession(type: type)
        let keys: [(VTermKey, String)] = [
            (VTERM_KEY_UP, "up"), (VTERM_KEY_LEFT, "left"), (VTERM_KEY_BACKSPACE, "backspace"),
            (VTERM_KEY_DEL, "del"), (VTERM_KEY_HOME, "home"), (VTERM_KEY_END, "end"),
            (VTERM_KEY_PAGEUP, "pgup"), (VTERM_KEY_TAB, "tab"), (VTERM_KEY_ENTER, "enter"),
            (VTermKey(VTERM_KEY_FUNCTION_0.rawValue + 1), "f1"),
            (VTermKey(VTERM_KEY_FUNCTION_0.rawValue + 12), "f12"),
        ]
        for (key, name) in keys {
            probe.session.press(key)
            try probe.waitFor("key \(name)")
        }
        probe.session.press(VTERM_KEY_UP, VTERM_MOD_SHIFT)
        try probe.waitFor("key shift-up")
        probe.session.press(VTERM_KEY_LEFT, VTermModifier(VTERM_MOD_CTRL.rawValue | VTERM_MOD_ALT.rawValue))
        try probe.waitFor("key ctrl-alt-left")
    }

    @Test func reportsEscByItself() throws {
        let probe = try ProbeSession()
        probe.session.type("\u{1B}")
        try probe.waitFor("key esc")
        probe.session.type("x")
        try probe.waitFor("key x")
    }

    @Test func reportsAPasteAsOneEvent() throws {
        let probe = try ProbeSession()
        probe.session.paste("two\nlines")
        try probe.waitFor("paste \"two\\nlines\"")
        #expect(probe.screen.row(23).hasPrefix("[2]"))
    }

    @Test func reportsAPasteOfMegabytes() throws {
        let probe = try ProbeSession()
        let text = String(repeating: "All work and no play makes Jack a dull boy. 你好\r", count: 60_000)
        let expected = text.replacingOccurrences(of: "\r", with: "\n")
        let checksum = expected.utf8.reduce(0 as UInt32) { $0 &* 31 &+ UInt32($1) }
        probe.session.paste(text)
        try probe.waitFor("paste of \(expected.utf8.count) bytes, \(checksum)")
        #expect(probe.screen.row(23).hasPrefix("[2]"))
    }

    @Test func reportsTheFocus() throws {
        let probe = try ProbeSession()
        probe.session.focus(false)
        try probe.waitFor("blur")
        probe.session.focus(true)
        try probe.waitFor("focus")
    }

    @Test(arguments: [("rgb:1e1e/1e1e/2e2e", "dark"), ("rgb:ffff/ffff/ffff", "light")])
    func asksForTheBackground(answer: String, name: String) throws {
        let probe = try ProbeSession(background: answer, waits: false)
        try probe.waitFor(name)
    }

    @Test func isWokenFromAnotherThread() throws {
        let probe = try ProbeSession()
        probe.do("wake")
        try probe.session.waitFor("a wake-up") { _ in probe.status == "woken" }
    }

    @Test func followsTheSize() throws {
        let probe = try ProbeSession()
        probe.session.resize(columns: 100, rows: 30)
        try probe.waitFor("size 100x30")
        probe.session.resize(columns: 40, rows: 10)
        try probe.waitFor("size 40x10")
    }

    @Test("A burst of resizes ends with the last size")
    func followsABurst() throws {
        let probe = try ProbeSession()
        for size in stride(from: 20, through: 120, by: 1) {
            probe.session.resize(columns: size, rows: size / 2)
        }
        try probe.session.waitFor("the last size") { $0.row(59).hasSuffix("size 120x60") }
        try probe.perform("put 58 0 - - 0 \(String(repeating: "x", count: 120))")
        #expect(probe.screen.row(58) == String(repeating: "x", count: 120))
    }

    @Test func endsWhenTheTerminalGoes() throws {
        let probe = try ProbeSession()
        probe.session.terminal.hangUp()
        #expect(try probe.session.waitForExit() == .exited(0))
    }
}
