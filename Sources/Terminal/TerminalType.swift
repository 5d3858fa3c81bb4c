import CNcurses
import Foundation
import RichText

/// What the terminfo description and the environment say about the terminal: its colours, its keys and the sequences that
/// take it over and give it back.
struct TerminalType {
    let name: String
    let depth: ColorDepth
    /// Whether curses has to be started with a description that has more colours than the terminal's own.
    let needsColors: Bool
    /// How many pairs of colours curses may use.
    let pairs: Int
    /// The attributes that the description has a sequence for, but for strikethrough.
    let attributes: Attributes
    /// What keys send according to the description, where no common rule is better.
    let keys: [[UInt8]: Key]
    /// Whether the Backspace key sends Ctrl-H.
    let backspaceIsControlH: Bool
    /// Whether it supports or ignores the control sequences that xterm introduced: title, clipboard, bracketed paste and so on.
    let isXtermLike: Bool
    let notification: NotificationSequence

    /// Switches to the alternate screen, if there is one.
    let alternateScreen: [UInt8]
    /// Turns on the reports of keys, pastes and focus, and asks for the background colour.
    let modes: [UInt8]
    /// Undoes both, and everything that drawing may have changed.
    let leave: [UInt8]
    /// Turns on the reports of keys and pastes alone.
    let keyModes: [UInt8]
    /// Undoes that.
    let leaveKeys: [UInt8]

    /// - Parameters:
    ///   - descriptor: the terminal's output.
    ///   - environment: where `TERM`, `COLORTERM`, `NO_COLOR` and the like are looked up.
    ///   - colors: the colours to use; nil for those that the terminal says it has.
    /// - Throws: ``TerminalError`` when the type is unset, unknown or too limited.
    init(
        descriptor: Int32, environment: [String: String], colors: ColorDepth? = nil
    ) throws(TerminalError) {
        guard let name = environment["TERM"], !name.isEmpty else { throw .typeNotSet }
        switch curses_load(name, descriptor) {
        case 1: break
        case 0: throw .typeUnknown(name)
        default: throw .noDescriptions(name)
        }
        guard Terminfo.string("cup") != nil else { throw .cursorNotAddressable(name) }
        self.name = name
        notification = NotificationSequence(environment: environment, type: name)

        let enterAlternate = Terminfo.string("smcup") ?? []
        // A terminal with xterm's latest alternate screen follows xterm in the rest too.
        isXtermLike =
            Terminfo.flag("XT") || String(decoding: enterAlternate, as: UTF8.self).contains("?1049h")
        alternateScreen = enterAlternate

        let described = ColorDepth.described
        let wanted =
            colors
            ?? (isXtermLike && described.numbered != .none && environment.hasDirectColors
                ? .direct : described.depth)
        if !environment["NO_COLOR", default: ""].isEmpty {
            (depth, needsColors) = (.none, false)
        } else if wanted <= described.numbered {
            (depth, needsColors) = (wanted, false)
        } else {
            needsColors = curses_prepare_direct(name, descriptor)
            depth = needsColors ? wanted : described.numbered
        }
        pairs = needsColors ? Int(CURSES_PAIRS) : Terminfo.number("pairs")
        attributes = Self.attributes.reduce(into: []) {
            if Terminfo.string($1.capability) != nil { $0.insert($1.attribute) }
        }
        keys = KeyTable.named { Terminfo.string($0) }
        backspaceIsControlH = Terminfo.string("kbs") == [0x08]

        let extensions = isXtermLike ? Self.extensions : []
        // Some terminals read one of these as bold or underline: sgr0 turns that off.
        let plain = Terminfo.string("sgr0") ?? []
        modes = (Terminfo.string("smkx") ?? []) + extensions.flatMap(\.on) + plain
        leave = Self.leave(undoing: extensions)
        let ofKeys = extensions.filter(\.isOfKeys)
        keyModes = (Terminfo.string("smkx") ?? []) + ofKeys.flatMap(\.on)
        leaveKeys = ofKeys.reversed().flatMap(\.off) + (Terminfo.string("rmkx") ?? [])
    }

    private static let attributes: [(capability: String, attribute: Attributes)] = [
        ("bold", .bold), ("dim", .dim), ("sitm", .italic), ("smul", .underline), ("rev", .reverse),
    ]

    /// Turns everything off, ending on the former screen. A signal handler writes it, perhaps in the middle of another
    /// sequence.
    private static func leave(undoing extensions: [Extension]) -> [UInt8] {
        var bytes: [UInt8] = []
        // Ends an unfinished clipboard or title sequence.
        if !extensions.isEmpty { bytes += ControlSequence.stringTerminator }
        for undone in extensions.reversed() { bytes += undone.off }
        for name in ["rmkx", "sgr0", "op", "cnorm"] { bytes += Terminfo.string(name) ?? [] }
        // Without an alternate screen to leave, the screen is cleared.
        return bytes + (Terminfo.string("rmcup") ?? Terminfo.string("clear") ?? [])
    }

    /// A mode that terminfo does not describe.
    private struct Extension {
        var on: [UInt8]
        var off: [UInt8]
        /// Whether it changes what keys send.
        var isOfKeys: Bool

        init(on: String, off: String, isOfKeys: Bool = false) {
            self.on = Array(on.utf8)
            self.off = Array(off.utf8)
            self.isOfKeys = isOfKeys
        }
    }

    /// Modes that xterm-like terminals support or ignore. Sources: xterm's ctlseqs, and for kitty's keyboard protocol
    /// https://sw.kovidgoyal.net/kitty/keyboard-protocol/.
    private static let extensions = [
        // Saves and restores the window's title.
        Extension(on: "\u{1B}[22;2t", off: "\u{1B}[23;2t"),
        // Bracketed paste.
        Extension(on: "\u{1B}[?2004h", off: "\u{1B}[?2004l", isOfKeys: true),
        // Focus reports.
        Extension(on: "\u{1B}[?1004h", off: "\u{1B}[?1004l"),
        // A wheel sends no arrow keys. What was set before is saved and restored.
        Extension(on: "\u{1B}[?1007s\u{1B}[?1007l", off: "\u{1B}[?1007r"),
        // The mouse is switched on where it is wanted; see ControlSequence.mouse.
        Extension(on: "", off: String(decoding: ControlSequence.mouse(false), as: UTF8.self)),
        // Sequences for keys that have none (Shift-Enter): xterm's modifyOtherKeys, then kitty's protocol with
        // disambiguated keys (1) and alternate characters (4).
        Extension(on: "\u{1B}[>4;1m", off: "\u{1B}[>4m", isOfKeys: true),
        Extension(on: "\u{1B}[>5u", off: "\u{1B}[<u", isOfKeys: true),
        // Asks for the background colour. There is nothing to undo.
        Extension(on: "\u{1B}]11;?\u{1B}\\", off: ""),
    ]
}

extension ColorDepth {
    /// What the description that curses has loaded says of colours.
    ///
    /// That any colour can be drawn it says in one of several ways: `RGB` (a flag, a number or a string), `Tc` of tmux, `setrgbf` of
    /// others. Where the numbers of colours themselves stand for any colour, only the first eight are colours of the palette.
    /// - Returns: the colours there are, and those of them that have a number from the start of the palette on.
    fileprivate static var described: (depth: ColorDepth, numbered: ColorDepth) {
        let count = Terminfo.number("colors")
        let hasRGB = Terminfo.flag("RGB") || Terminfo.number("RGB") > 0 || Terminfo.string("RGB") != nil
        let numbered: ColorDepth = hasRGB && count > 256 ? .eight : ColorDepth(count: count)
        let isDirect = hasRGB || Terminfo.flag("Tc") || Terminfo.string("setrgbf") != nil
        return (isDirect && numbered != .none ? .direct : numbered, numbered)
    }
}

extension [String: String] {
    /// Whether `COLORTERM` says that the terminal draws any colour. GNU screen hands the variable on from the terminal around it and
    /// does not draw such colours; tmux, which goes by the same names, does.
    fileprivate var hasDirectColors: Bool {
        guard ["truecolor", "24bit"].contains(self["COLORTERM", default: ""].lowercased()) else {
            return false
        }
        return !self["TERM", default: ""].hasPrefix("screen") || !self["TMUX", default: ""].isEmpty
    }
}

/// The description that curses has loaded, by capability names as in terminfo(5).
enum Terminfo {
    /// A string without the padding (`$<5>`) for old terminals; nil when the terminal has none.
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
