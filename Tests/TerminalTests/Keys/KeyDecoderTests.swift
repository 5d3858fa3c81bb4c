import RichText
import TestSupport
import Testing

@testable import Terminal

@Suite struct KeyDecoderTests {
    private static let start = ContinuousClock.now

    /// The events of bytes that arrive at once with nothing after them.
    static func events(
        _ bytes: some Sequence<UInt8>, keys: [[UInt8]: Key] = [:], controlHIsBackspace: Bool = false
    ) -> [InputEvent] {
        var decoder = KeyDecoder(keys: keys, controlHIsBackspace: controlHIsBackspace)
        let events = decoder.feed(Array(bytes), at: start)
        return events + decoder.expire(at: start + KeyDecoder.escapeDelay)
    }

    private static func keys(_ text: String) -> [Key] {
        events(text.utf8).compactMap { event in
            if case .key(let key) = event { key } else { nil }
        }
    }

    // MARK: Tables

    @Test(arguments: [
        // Characters and control characters.
        ("a", Key("a")), ("A", Key("A")), (" ", Key(" ")), ("~", Key("~")), ("é", Key("é")), ("你", Key("你")),
        ("🙂", Key("🙂")), ("\u{1}", Key("a", .control)), ("\u{1A}", Key("z", .control)),
        ("\0", Key(" ", .control)), ("\u{1C}", Key("\\", .control)), ("\u{1D}", Key("]", .control)),
        ("\u{1E}", Key("^", .control)), ("\u{1F}", Key("_", .control)), ("\t", Key(.tab)),
        ("\r", Key(.enter)),
        ("\n", Key("j", .control)), ("\u{7F}", Key(.backspace)), ("\u{8}", Key("h", .control)),
        // Esc and Alt.
        ("\u{1B}", Key(.escape)), ("\u{1B}a", Key("a", .alt)), ("\u{1B}A", Key("A", .alt)),
        ("\u{1B}é", Key("é", .alt)), ("\u{1B}/", Key("/", .alt)), ("\u{1B}1", Key("1", .alt)),
        ("\u{1B}\r", Key(.enter, .alt)), ("\u{1B}\u{7F}", Key(.backspace, .alt)),
        ("\u{1B}\u{1}", Key("a", [.alt, .control])), ("\u{1B}[", Key("[", .alt)), ("\u{1B}O", Key("O", .alt)),
        ("\u{1B}]", Key("]", .alt)), ("\u{1B}P", Key("P", .alt)), ("\u{1B}_", Key("_", .alt)),
        ("\u{1B}\u{1B}[A", Key(.up, .alt)), ("\u{1B}\u{1B}OA", Key(.up, .alt)),
        ("\u{1B}\u{1B}[3~", Key(.delete, .alt)),
        // xterm, in both cursor modes.
        ("\u{1B}[A", Key(.up)), ("\u{1B}[B", Key(.down)), ("\u{1B}[C", Key(.right)), ("\u{1B}[D", Key(.left)),
        ("\u{1B}OA", Key(.up)), ("\u{1B}OD", Key(.left)), ("\u{1B}[H", Key(.home)), ("\u{1B}[F", Key(.end)),
        ("\u{1B}OH", Key(.home)), ("\u{1B}OF", Key(.end)), ("\u{1B}[2~", Key(.insert)),
        ("\u{1B}[3~", Key(.delete)), ("\u{1B}[5~", Key(.pageUp)), ("\u{1B}[6~", Key(.pageDown)),
        ("\u{1B}OP", Key(.function(1))), ("\u{1B}OS", Key(.function(4))), ("\u{1B}[15~", Key(.function(5))),
        ("\u{1B}[17~", Key(.function(6))), ("\u{1B}[24~", Key(.function(12))),
        ("\u{1B}[34~", Key(.function(20))), ("\u{1B}[Z", Key(.tab, .shift)),
        ("\u{1B}[1;5A", Key(.up, .control)), ("\u{1B}[1;2B", Key(.down, .shift)),
        ("\u{1B}[1;3C", Key(.right, .alt)), ("\u{1B}[1;8D", Key(.left, [.shift, .alt, .control])),
        ("\u{1B}[1;5P", Key(.function(1), .control)), ("\u{1B}[1;2R", Key(.function(3), .shift)),
        ("\u{1B}[15;2~", Key(.function(5), .shift)), ("\u{1B}[3;5~", Key(.delete, .control)),
        ("\u{1B}[5;3~", Key(.pageUp, .alt)), ("\u{1B}[1;3H", Key(.home, .alt)),
        ("\u{1B}O5A", Key(.up, .control)),
        ("\u{1B}O1;2P", Key(.function(1), .shift)), ("\u{1B}[5A", Key(.up, .control)),
        ("\u{1B}[1;5I", Key(.tab, .control)),
        // The numeric pad in its application mode.
        ("\u{1B}OM", Key(.enter)), ("\u{1B}Oj", Key("*")), ("\u{1B}Oo", Key("/")), ("\u{1B}Op", Key("0")),
        ("\u{1B}Oy", Key("9")),
        // The Linux console, screen and tmux.
        ("\u{1B}[[A", Key(.function(1))), ("\u{1B}[[E", Key(.function(5))), ("\u{1B}[1~", Key(.home)),
        ("\u{1B}[4~", Key(.end)),
        // rxvt.
        ("\u{1B}[7~", Key(.home)), ("\u{1B}[8~", Key(.end)), ("\u{1B}[11~", Key(.function(1))),
        ("\u{1B}[a", Key(.up, .shift)), ("\u{1B}[d", Key(.left, .shift)), ("\u{1B}Oa", Key(.up, .control)),
        ("\u{1B}Oc", Key(.right, .control)), ("\u{1B}[3$", Key(.delete, .shift)),
        ("\u{1B}[5^", Key(.pageUp, .control)), ("\u{1B}[6@", Key(.pageDown, [.control, .shift])),
        ("\u{1B}[23$", Key(.function(11), .shift)), ("\u{1B}\u{1B}[c", Key(.right, [.alt, .shift])),
        // xterm's modifyOtherKeys.
        ("\u{1B}[27;2;13~", Key(.enter, .shift)), ("\u{1B}[27;5;13~", Key(.enter, .control)),
        ("\u{1B}[27;5;9~", Key(.tab, .control)), ("\u{1B}[27;5;49~", Key("1", .control)),
        ("\u{1B}[27;6;65~", Key("a", [.control, .shift])), ("\u{1B}[27;4;65~", Key("A", .alt)),
        ("\u{1B}[27;3;47~", Key("/", .alt)), ("\u{1B}[27;5;44~", Key(",", .control)),
        ("\u{1B}[27;2;32~", Key(" ")),
        // The keyboard protocol of kitty, and CSI u before it.
        ("\u{1B}[27u", Key(.escape)), ("\u{1B}[13;2u", Key(.enter, .shift)),
        ("\u{1B}[13;5u", Key(.enter, .control)),
        ("\u{1B}[9;2u", Key(.tab, .shift)), ("\u{1B}[127;3u", Key(.backspace, .alt)),
        ("\u{1B}[127;2u", Key(.backspace)), ("\u{1B}[97;5u", Key("a", .control)),
        ("\u{1B}[97;3u", Key("a", .alt)),
        ("\u{1B}[97:65;4u", Key("A", .alt)), ("\u{1B}[97;4u", Key("A", .alt)),
        ("\u{1B}[97:65;6u", Key("a", [.control, .shift])), ("\u{1B}[55:47;4u", Key("/", .alt)),
        ("\u{1B}[45:95;6u", Key("_", .control)), ("\u{1B}[47;5u", Key("_", .control)),
        ("\u{1B}[105;5u", Key(.tab)), ("\u{1B}[109;5u", Key(.enter)), ("\u{1B}[109;7u", Key(.enter, .alt)),
        ("\u{1B}[91;5u", Key(.escape)), ("\u{1B}[32;5u", Key(" ", .control)), ("\u{1B}[32;2u", Key(" ")),
        ("\u{1B}[1089::99;5u", Key("c", .control)), ("\u{1B}[233::50;3u", Key("é", .alt)),
        ("\u{1B}[97;133u", Key("a", .control)), ("\u{1B}[97;5:2u", Key("a", .control)),
        ("\u{1B}[57399u", Key("0")), ("\u{1B}[57414u", Key(.enter)),
        ("\u{1B}[57417;5u", Key(.left, .control)),
        ("\u{1B}[57376u", Key(.function(13))), ("\u{1B}[57427u\u{1B}[13~", Key(.function(3))),
    ])
    func knows(_ bytes: String, as key: Key) {
        #expect(Self.events(bytes.utf8) == [.key(key)])
    }

    @Test(arguments: [
        ("\u{1B}[I", InputEvent.focus(true)), ("\u{1B}[O", .focus(false)),
        ("\u{1B}]11;rgb:1e1e/1e1e/2e2e\u{1B}\\", .background(dark: true)),
        ("\u{1B}]11;rgb:ffff/ffff/ffff\u{7}", .background(dark: false)),
        ("\u{1B}]11;rgb:fd/f6/e3\u{7}", .background(dark: false)),
        ("\u{1B}]11;rgba:0000/2b2b/3636/ffff\u{7}", .background(dark: true)),
        ("\u{1B}[<0;10;20M", .mouse(MouseEvent(.press, row: 19, column: 9))),
        ("\u{1B}[<4;10;20m", .mouse(MouseEvent(.release, row: 19, column: 9))),
        ("\u{1B}[<32;300;1M", .mouse(MouseEvent(.drag, row: 0, column: 299))),
        ("\u{1B}[<64;1;1M", .mouse(MouseEvent(.wheelUp, row: 0, column: 0))),
        ("\u{1B}[<81;1;2M", .mouse(MouseEvent(.wheelDown, row: 1, column: 0))),
        ("\u{1B}[200~one\u{1B}[201~", .paste("one")), ("\u{1B}[200~\u{1B}[201~", .paste("")),
        ("\u{1B}[200~a\rb\r\nc\nd\u{1B}[201~", .paste("a\nb\nc\nd")),
        ("\u{1B}[200~a\u{1B}[31mb\u{1B}[201\u{1B}[201~", .paste("a\u{1B}[31mb\u{1B}[201")),
        ("\u{1B}[200~\u{1B}\u{1B}[201~", .paste("\u{1B}")),
        ("\u{1B}[200~naïve 你好\u{1B}[201~", .paste("naïve 你好")),
    ])
    func knowsReports(_ bytes: String, as event: InputEvent) {
        #expect(Self.events(bytes.utf8) == [event])
    }

    @Test(
        "What is not known is passed over, and what comes after it is read",
        arguments: [
            "\u{1B}[?62;c", "\u{1B}[?1;2c", "\u{1B}[>0;276;0c", "\u{1B}[24;80R", "\u{1B}[?2026;2$y",
            "\u{1B}[999~", "\u{1B}[<2;10;20M", "\u{1B}[<35;1;1m", "\u{1B}[<0;0;1M", "\u{1B}[<0;1M",
            "\u{1B}[<66;1;1M", "\u{1B}[M !!", "\u{1B}[?0u",
            "\u{1B}]0;a title\u{7}", "\u{1B}]52;c;aGVsbG8=\u{1B}\\", "\u{1B}P>|xterm(370)\u{1B}\\",
            "\u{1B}_Gi=31;OK\u{1B}\\", "\u{1B}^pm\u{1B}\\", "\u{1B}X sos\u{1B}\\", "\u{1B}[97;9u",
            "\u{1B}[1;9A",
            "\u{1B}[57441;2u", "\u{1B}[97;5:3u", "\u{1B}[99999999999999999999u", "\u{1B}[201~", "\u{1B}OE",
            "\u{1B}]11;rgb:zz/00/00\u{7}", "\u{1B}]11;cmyk:0/0/0\u{7}", "\u{85}",
        ])
    func skips(_ sequence: String) {
        #expect(Self.events((sequence + "x").utf8) == [.key(Key("x"))])
    }

    @Test func decodesWhatCutsASequenceOff() {
        #expect(Self.keys("\u{1B}[1;\u{1B}[A") == [Key(.up)])
        #expect(Self.keys("\u{1B}[1;\rx") == [Key(.enter), Key("x")])
        #expect(Self.keys("\u{1B}O\u{3}") == [Key("c", .control)])
        #expect(Self.keys("\u{1B}]0;title\u{1B}[Bx") == [Key(.down), Key("x")])
        #expect(Self.keys("\u{1B}]0;title\u{18}x") == [Key("x")])
        #expect(Self.keys("\u{1B}\u{1B}a") == [Key(.escape), Key("a", .alt)])
        #expect(Self.keys("\u{1B}\u{1B}") == [Key(.escape), Key(.escape)])
        #expect(Self.keys("\u{1B}\u{1B}\u{1B}") == [Key(.escape), Key(.escape), Key(.escape)])
        #expect(Self.keys("\u{1B}\u{1B}\u{1B}[A") == [Key(.escape), Key(.up, .alt)])
    }

    @Test func repairsBytesThatAreNotUTF8() {
        func keys(_ bytes: [UInt8]) -> [InputEvent] { Self.events(bytes) }
        let bad = InputEvent.key(Key("\u{FFFD}"))
        let x = InputEvent.key(Key("x"))
        #expect(keys([0xFF, 0x78]) == [bad, x])
        #expect(keys([0xE4, 0xBD, 0x78]) == [bad, x])
        #expect(keys([0xE4, 0xBD, 0xE4, 0xBD, 0xA0]) == [bad, .key(Key("你"))])
        #expect(keys([0xF0, 0x9F, 0x99, 0x1B, 0x5B, 0x41]) == [bad, .key(Key(.up))])
        // A surrogate and an overlong form: each byte is invalid by itself.
        #expect(keys([0xED, 0xA0, 0x80]) == [bad, bad, bad])
        #expect(keys([0xC0, 0xAF]) == [bad, bad])
        #expect(keys([0xF4, 0x90, 0x80, 0x80]) == [bad, bad, bad, bad])
    }

    @Test func usesKeysFromTheDescription() {
        let named = KeyTable.named { name in
            [
                "kf1": "\u{1B}[M", "kf2": "\u{1B}Ep", "khome": "\u{1B}h", "kcuu1": "\u{1B}A",
                "kend": "\u{1B}[O",
                "kf13": "\u{1B}[1;2P", "kcub1": "\u{8}", "kdch1": "\u{7F}", "kf3": "\u{1B}OX",
            ][name].map { Array($0.utf8) }
        }
        func keys(_ text: String) -> [InputEvent] { Self.events(text.utf8, keys: named) }
        #expect(keys("\u{1B}[M") == [.key(Key(.function(1)))])
        #expect(keys("\u{1B}Ep") == [.key(Key(.function(2)))])
        #expect(keys("\u{1B}Eq") == [.key(Key("E", .alt)), .key(Key("q"))])
        #expect(keys("\u{1B}E") == [.key(Key("E", .alt))])
        #expect(keys("\u{1B}h") == [.key(Key(.home))])
        #expect(keys("\u{1B}A") == [.key(Key(.up))])
        #expect(keys("\u{1B}[O") == [.key(Key(.end))])
        #expect(keys("\u{1B}OX") == [.key(Key(.function(3)))])
        // The rule for modifiers is more exact, and no control key may be hidden.
        #expect(keys("\u{1B}[1;2P") == [.key(Key(.function(1), .shift))])
        #expect(keys("\u{8}") == [.key(Key("h", .control))])
        #expect(keys("\u{7F}") == [.key(Key(.backspace))])
        #expect(Self.events([8], controlHIsBackspace: true) == [.key(Key(.backspace))])
    }

    // MARK: Time

    @Test func distinguishesEscFromASequenceByTime() {
        var decoder = KeyDecoder()
        let start = Self.start
        #expect(decoder.deadline == nil)
        #expect(decoder.feed([0x1B], at: start) == [])
        #expect(decoder.deadline == start + .milliseconds(25))
        #expect(decoder.expire(at: start + .milliseconds(24)) == [])
        #expect(decoder.expire(at: start + .milliseconds(25)) == [.key(Key(.escape))])
        #expect(decoder.deadline == nil)
        #expect(decoder.feed([0x78], at: start + .milliseconds(26)) == [.key(Key("x"))])
    }

    @Test func waitsForTheRestOfASequenceWithoutATimer() {
        var decoder = KeyDecoder()
        let start = Self.start
        #expect(decoder.feed("\u{1B}[1".utf8, at: start) == [])
        #expect(decoder.deadline == nil)
        #expect(decoder.feed(";5A".utf8, at: start + .milliseconds(900)) == [.key(Key(.up, .control))])
    }

    @Test func dropsASequenceThatNeverEnds() {
        var decoder = KeyDecoder()
        let start = Self.start
        #expect(decoder.feed("\u{1B}]11;rgb:".utf8, at: start) == [])
        #expect(decoder.deadline == nil)
        #expect(decoder.feed("q".utf8, at: start + .seconds(2)) == [.key(Key("q"))])
    }

    @Test func endsAPasteWhoseEndMarkWasLost() {
        var decoder = KeyDecoder()
        let start = Self.start
        #expect(decoder.feed("\u{1B}[200~half".utf8, at: start) == [])
        #expect(decoder.feed(" and".utf8, at: start + .seconds(9)) == [])
        #expect(
            decoder.feed("\u{3}".utf8, at: start + .seconds(20)) == [
                .paste("half and"), .key(Key("c", .control)),
            ])
    }

    @Test func dropsIncompleteSequencesOnReset() {
        var decoder = KeyDecoder()
        for beginning in ["\u{1B}", "\u{1B}[1;", "\u{1B}]0;", "\u{1B}[200~pasted", "\u{1B}[M!", "\u{1B}[["] {
            _ = decoder.feed(beginning.utf8, at: Self.start)
            decoder.reset()
            #expect(decoder.deadline == nil)
            #expect(decoder.feed("x".utf8, at: Self.start) == [.key(Key("x"))])
        }
    }

    // MARK: Properties

    private static let everything =
        "aé你🙂\u{1B}[1;5A\u{1B}OP\u{1B}[200~one\r\ntwo\u{1B}[20\u{1B}[201~\u{1B}[I\u{1B}]11;rgb:00/00/00\u{1B}\\"
        + "\u{1B}a\u{1B}\u{1B}[A\u{1}\r\u{1B}[27;2;13~\u{1B}[97:65;6u\u{1B}[[B\u{1B}[3$\u{1B}[M!!!\u{1B}P1$r\u{1B}\\x"

    @Test func splitsDoNotMatter() {
        let bytes = Array(Self.everything.utf8)
        let whole = Self.events(bytes)
        #expect(whole.count == 18)
        var random = SeededRandom(seed: 1)
        for _ in 0..<500 {
            var decoder = KeyDecoder()
            var events: [InputEvent] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...min(7, rest.count), using: &random)
                events += decoder.feed(rest.prefix(count), at: Self.start)
                rest = rest.dropFirst(count)
            }
            #expect(events == whole)
        }
    }

    @Test func noBytesTypeControlCharacters() {
        var random = SeededRandom(seed: 2)
        // Mostly bytes that mean something to a decoder.
        let alphabet =
            Array("\u{1B}\u{1B}[]OPM_^X;:?<>0123456789~uAR$@\u{7}\\\r\n".utf8) + [
                0x80, 0xC2, 0x9B, 0xE4, 0xFF,
            ]
        for _ in 0..<3000 {
            var decoder = KeyDecoder()
            var events: [InputEvent] = []
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let bytes = (0..<Int.random(in: 0...9, using: &random)).map { _ in
                    Bool.random(using: &random)
                        ? alphabet.randomElement(using: &random) ?? 0
                        : UInt8.random(in: 0...255, using: &random)
                }
                events += decoder.feed(bytes, at: Self.start)
                if Bool.random(using: &random) { events += decoder.expire(at: Self.start + .seconds(1)) }
            }
            for case .key(let key) in events {
                guard case .character(let character) = key.code else { continue }
                let isShown = character.unicodeScalars.allSatisfy {
                    $0.properties.generalCategory != .control
                }
                #expect(isShown, "\(character.unicodeScalars.map(\.value))")
            }
        }
    }

    @Test func decodesMegabytesAsOnePaste() {
        let line = "All work and no play makes Jack a dull boy.\n"
        let text = String(repeating: line, count: 100_000)
        var decoder = KeyDecoder()
        var events: [InputEvent] = []
        var rest = Array("\u{1B}[200~\(text)\u{1B}[201~".utf8)[...]
        while !rest.isEmpty {
            events += decoder.feed(rest.prefix(4095), at: Self.start)
            rest = rest.dropFirst(4095)
        }
        #expect(events == [.paste(text)])
    }
}
