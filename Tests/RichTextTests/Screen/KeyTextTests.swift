import RichText
import Testing

@Suite struct KeyTextTests {
    static let written: [(String, Key)] = [
        ("ctrl-n", Key("n", .control)), ("alt-enter", Key(.enter, .alt)), ("shift-up", Key(.up, .shift)),
        ("f1", Key(.function(1))), ("f24", Key(.function(24))), ("alt-1", Key("1", .alt)),
        ("space", Key(" ")), ("ctrl-space", Key(" ", .control)), ("esc", Key(.escape)),
        ("pgup", Key(.pageUp)), ("pgdn", Key(.pageDown)), ("alt-/", Key("/", .alt)), ("-", Key("-")),
        ("ctrl--", Key("-", .control)), ("A", Key("A")), ("alt-A", Key("A", .alt)), ("é", Key("é")),
        ("ctrl-alt-del", Key(.delete, [.control, .alt])), ("shift-tab", Key(.tab, .shift)),
        ("ctrl-alt-shift-home", Key(.home, [.control, .alt, .shift])), ("backspace", Key(.backspace)),
        ("中", Key("中")), ("f", Key("f")), ("/", Key("/")),
    ]

    @Test("A key is written as it is read", arguments: written)
    func roundTrip(text: String, key: Key) {
        #expect(Key(text: text) == key)
        #expect(key.description == text)
    }

    @Test(
        "Other spellings mean the same key",
        arguments: [
            ("Ctrl-N", "ctrl-n"), ("CTRL-N", "ctrl-n"), ("alt-ctrl-x", "ctrl-alt-x"), ("shift-a", "A"),
            ("alt-shift-b", "alt-B"), ("escape", "esc"), ("Return", "enter"), ("PageUp", "pgup"),
            ("F6", "f6"), ("meta-w", "alt-w"), ("delete", "del"), ("insert", "ins"),
        ])
    func spellings(text: String, canonical: String) {
        #expect(Key(text: text)?.description == canonical)
    }

    @Test(
        "What is no key is refused",
        arguments: [
            "", " ", "ctrl-", "ctrl", "ctrl-ctrl-n", "f0", "f25", "f01", "hyper-x", "nn", "ctrl-nn", "\u{1b}",
            "\u{7f}", "\n", "shift-1", "shift-/", "alt- ", "e\u{301}\u{302}\u{303}\u{304}\u{305}", "\u{202e}",
        ])
    func refused(text: String) {
        #expect(Key(text: text) == nil)
    }
}
