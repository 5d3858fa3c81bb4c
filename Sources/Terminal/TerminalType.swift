import CNcurses
import Foundation
import RichText

/// What the description of a terminal type (terminfo) and the environment say about the terminal: its colours, its keys
/// and the sequences that take it and give it back.
struct TerminalType {
    let name: String
    let depth: ColorPalette.Depth
    /// How many pairs of colours curses may use.
    let pairs: Int
    /// What each key sends that the description names, and that no common rule explains better.
    let keys: [[UInt8]: Key]
    /// Whether the key for deleting backwards sends Ctrl-H.
    let backspaceIsControlH: Bool
    /// Whether it takes the control sequences that xterm introduced: titles, clipboard, marked pastes and so on.
    let isXtermLike: Bool

    /// Switches to the alternate screen, where there is one.
    let alternateScreen: [UInt8]
    /// Turns on what keys, pastes and the focus report, and asks for the background's colour.
    let modes: [UInt8]
    /// Undoes both, and everything that drawing may have changed.
    let leave: [UInt8]

    /// - Parameters:
    ///   - descriptor: the terminal's output.
    ///   - environment: where `TERM` and `NO_COLOR` are looked up.
    init(descriptor: Int32, environment: [String: String]) throws(TerminalError) {
        guard let name = environment["TERM"], !name.isEmpty else { throw .typeNotSet }
        switch curses_load(name, descriptor) {
        case 1: break
        case 0: throw .typeUnknown(name)
        default: throw .noDescriptions(name)
        }
        guard Terminfo.string("cup") != nil else { throw .cursorNotAddressable(name) }
        self.name = name

        let wantsColor = environment["NO_COLOR", default: ""].isEmpty
        depth = wantsColor ? .init(count: Terminfo.number("colors"), isDirect: Self.isDirect) : .none
        pairs = Terminfo.number("pairs")
        keys = KeyTable.named { Terminfo.string($0) }
        backspaceIsControlH = Terminfo.string("kbs") == [0x08]

        let enterAlternate = Terminfo.string("smcup") ?? []
        // Who has xterm's latest alternate screen has its manners too.
        isXtermLike =
            Terminfo.flag("XT") || String(decoding: enterAlternate, as: UTF8.self).contains("?1049h")
        alternateScreen = enterAlternate

        let extensions = isXtermLike ? Self.extensions : []
        // Some terminals take one of these for bold or underlined text: sgr0 puts that right.
        let plain = Terminfo.string("sgr0") ?? []
        modes = (Terminfo.string("smkx") ?? []) + extensions.flatMap(\.on) + plain
        leave = Self.leave(undoing: extensions)
    }

    /// Whether colours are numbers of red, green and blue: a flag, or how many bits each of them has.
    private static var isDirect: Bool {
        Terminfo.flag("RGB") || Terminfo.number("RGB") > 0 || Terminfo.string("RGB") != nil
    }

    /// Everything off again, in an order that ends on the screen that was there before. Written by a signal handler,
    /// perhaps in the middle of another sequence.
    private static func leave(undoing extensions: [Extension]) -> [UInt8] {
        var bytes: [UInt8] = []
        // Ends a clipboard or title text that is under way.
        if !extensions.isEmpty { bytes += ControlSequence.stringTerminator }
        for undone in extensions.reversed() { bytes += undone.off }
        for name in ["rmkx", "sgr0", "op", "cnorm"] { bytes += Terminfo.string(name) ?? [] }
        // Without a screen of its own to leave, the program leaves an empty one.
        return bytes + (Terminfo.string("rmcup") ?? Terminfo.string("clear") ?? [])
    }

    /// Something beyond the description that is turned on with the one and off with the other sequence.
    private struct Extension {
        var on: [UInt8]
        var off: [UInt8]

        init(on: String, off: String) {
            self.on = Array(on.utf8)
            self.off = Array(off.utf8)
        }
    }

    /// What xterm and those that follow it understand or pass over in silence. See xterm's ctlseqs, and for kitty's
    /// keyboard protocol https://sw.kovidgoyal.net/kitty/keyboard-protocol/.
    private static let extensions = [
        // The window's title is kept, and comes back.
        Extension(on: "\u{1B}[22;2t", off: "\u{1B}[23;2t"),
        // Pastes are marked.
        Extension(on: "\u{1B}[?2004h", off: "\u{1B}[?2004l"),
        // The focus is reported.
        Extension(on: "\u{1B}[?1004h", off: "\u{1B}[?1004l"),
        // Keys that have no sequence of their own get one (Shift-Enter): xterm's way, then kitty's, in which keys are
        // told apart (1) and come with the character that the layout gives them (4).
        Extension(on: "\u{1B}[>4;1m", off: "\u{1B}[>4m"),
        Extension(on: "\u{1B}[>5u", off: "\u{1B}[<u"),
        // A question: is the background dark? There is nothing to undo.
        Extension(on: "\u{1B}]11;?\u{1B}\\", off: ""),
    ]
}

/// The description that curses has loaded, by capability names as in terminfo(5).
enum Terminfo {
    /// A string without the pauses (`$<5>`) that old terminals want in it; nil when the terminal has none.
    static func string(_ name: String) -> [UInt8]? {
        guard let value = curses_string(name) else { return nil }
        var bytes: [UInt8] = []
        var rest = UnsafeRawBufferPointer(start: value, count: strlen(value))[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "$"), rest.first == UInt8(ascii: "<"),
                let end = rest.firstIndex(of: UInt8(ascii: ">"))
            {
                rest = rest[(end + 1)...]
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    /// A number; 0 when the terminal has none.
    static func number(_ name: String) -> Int { max(0, Int(tigetnum(name))) }

    static func flag(_ name: String) -> Bool { tigetflag(name) == 1 }
}
