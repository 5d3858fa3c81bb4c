import RichText

/// What keys send.
enum KeyTable {
    /// The keys in a terminal's description, by what they send.
    /// - Parameter string: looks up a string capability of terminfo(5).
    static func named(_ string: (String) -> [UInt8]?) -> [[UInt8]: Key] {
        var keys: [[UInt8]: Key] = [:]
        for (name, key) in capabilities {
            guard let bytes = string(name), isUsable(bytes) else { continue }
            keys[bytes] = key
        }
        return keys
    }

    /// A sequence must start with Esc; otherwise it would hide a control key. One with several parameters follows xterm's rule
    /// for modifiers, which is more exact than the description: there F13 is Shift-F1.
    private static func isUsable(_ bytes: [UInt8]) -> Bool {
        bytes.count > 1 && bytes[0] == 0x1B && !bytes.contains(UInt8(ascii: ";"))
    }

    private static let capabilities: [(String, Key)] =
        [
            ("kcuu1", Key(.up)), ("kcud1", Key(.down)), ("kcub1", Key(.left)), ("kcuf1", Key(.right)),
            ("khome", Key(.home)), ("kend", Key(.end)), ("kpp", Key(.pageUp)), ("knp", Key(.pageDown)),
            ("kich1", Key(.insert)), ("kdch1", Key(.delete)), ("kent", Key(.enter)),
            ("kcbt", Key(.tab, .shift)),
            ("kri", Key(.up, .shift)), ("kind", Key(.down, .shift)),
            ("kLFT", Key(.left, .shift)), ("kRIT", Key(.right, .shift)),
            ("kHOM", Key(.home, .shift)), ("kEND", Key(.end, .shift)),
            ("kPRV", Key(.pageUp, .shift)), ("kNXT", Key(.pageDown, .shift)),
            ("kIC", Key(.insert, .shift)), ("kDC", Key(.delete, .shift)),
        ] + (1...24).map { ("kf\($0)", Key(.function($0))) }

    /// The number before the `~` of a key of VT220, xterm, rxvt and the Linux console.
    static let numbered: [Int: Key.Code] = [
        1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
        11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
        17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10),
        23: .function(11), 24: .function(12), 25: .function(13), 26: .function(14), 28: .function(15),
        29: .function(16), 31: .function(17), 32: .function(18), 33: .function(19), 34: .function(20),
    ]

    /// The letter that ends a sequence for a key of xterm, after `CSI` or `SS3`.
    static let lettered: [UInt8: Key.Code] = [
        UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
        UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end,
        UInt8(ascii: "P"): .function(1), UInt8(ascii: "Q"): .function(2),
        UInt8(ascii: "R"): .function(3), UInt8(ascii: "S"): .function(4),
    ]

    /// The letter of a cursor key with a modifier in rxvt.
    static let rxvtCursor: [UInt8: Key.Code] = [
        UInt8(ascii: "a"): .up, UInt8(ascii: "b"): .down, UInt8(ascii: "c"): .right, UInt8(ascii: "d"): .left,
    ]

    /// The letter after `SS3` for a key of the numeric pad.
    static let keypad: [UInt8: Key.Code] = {
        let digits = (0...9).map { (UInt8(ascii: "p") + UInt8($0), Key.Code.character(Character("\($0)"))) }
        let others: [(UInt8, Key.Code)] = [
            (UInt8(ascii: "M"), .enter), (UInt8(ascii: "I"), .tab), (UInt8(ascii: " "), .character(" ")),
            (UInt8(ascii: "X"), .character("=")), (UInt8(ascii: "j"), .character("*")),
            (UInt8(ascii: "k"), .character("+")), (UInt8(ascii: "l"), .character(",")),
            (UInt8(ascii: "m"), .character("-")), (UInt8(ascii: "n"), .character(".")),
            (UInt8(ascii: "o"), .character("/")),
        ]
        return Dictionary(uniqueKeysWithValues: digits + others)
    }()

    /// Kitty's code points for keys without a character
    /// (https://sw.kovidgoyal.net/kitty/keyboard-protocol/#functional-key-definitions), and the control characters.
    static func code(of number: Int) -> Key.Code? {
        switch number {
        case 9: .tab
        case 13: .enter
        case 27: .escape
        case 8, 127: .backspace
        case 57376...57387: .function(number - 57376 + 13)
        case 57399...57408: .character(Character("\(number - 57399)"))
        default: kitty[number]
        }
    }

    private static let kitty: [Int: Key.Code] = [
        57409: .character("."), 57410: .character("/"), 57411: .character("*"), 57412: .character("-"),
        57413: .character("+"), 57414: .enter, 57415: .character("="), 57416: .character(","),
        57417: .left, 57418: .right, 57419: .up, 57420: .down, 57421: .pageUp, 57422: .pageDown,
        57423: .home, 57424: .end, 57425: .insert, 57426: .delete,
    ]
}
