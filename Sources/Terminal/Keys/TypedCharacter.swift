import RichText

/// A character key as a terminal with an extended keyboard protocol reports it, and the ``Key`` that it means.
///
/// The same press is the same `Key` on every terminal, so that a binding works everywhere: what an old terminal sends as
/// one control character (Tab and Ctrl-I, Enter and Ctrl-M, Esc and Ctrl-[) is one key here too.
struct TypedCharacter {
    /// The character, without shift where the protocol says so.
    var plain: Unicode.Scalar
    /// What shift makes of it in the person's layout, where the terminal tells.
    var shifted: Unicode.Scalar?
    /// What stands on that key in the American layout, where the terminal tells.
    var american: Unicode.Scalar?
    var modifiers: Key.Modifiers

    /// The key, or nil for what is no character.
    var key: Key? {
        let isCommand = modifiers.contains(.control) || modifiers.contains(.alt)
        // Ctrl-С with a Cyrillic layout is meant as Ctrl-C.
        if isCommand, plain.value >= Self.endOfLatin, let american, american.isASCII {
            return TypedCharacter(plain: american, modifiers: modifiers).key
        }
        guard Self.isShown(plain) else { return nil }
        var rest = modifiers
        rest.remove(.shift)
        let drawn = modifiers.contains(.shift) ? shifted ?? Self.uppercase(plain) : plain
        guard modifiers.contains(.control) else { return Key(Character(drawn), rest) }
        if let letter = Self.letter(plain) { return control(letter, rest) }
        switch drawn {
        case "[": return Key(.escape, rest.subtracting(.control))
        // Readline's undo: an old terminal has the same control character for both.
        case "/": return Key("_", rest)
        default: return Key(Character(drawn), rest)
        }
    }

    /// Letters below are Latin ones, with or without marks.
    private static let endOfLatin: UInt32 = 0x250

    private func control(_ letter: Unicode.Scalar, _ rest: Key.Modifiers) -> Key {
        // Only where a letter comes with control is shift something of its own.
        if modifiers.contains(.shift) { return Key(Character(letter), modifiers) }
        switch letter {
        case "i": return Key(.tab, rest.subtracting(.control))
        case "m": return Key(.enter, rest.subtracting(.control))
        default: return Key(Character(letter), rest)
        }
    }

    /// The scalar as a small letter of ASCII, if it is one of either case.
    private static func letter(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar {
        case "a"..."z": scalar
        case "A"..."Z": Unicode.Scalar(scalar.value + 32)
        default: nil
        }
    }

    private static func uppercase(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let mapping = scalar.properties.uppercaseMapping.unicodeScalars
        guard let first = mapping.first, mapping.count == 1 else { return scalar }
        return first
    }

    /// Control characters are keys of their own, and private ones are the protocol's numbers for keys.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .privateUse, .surrogate: false
        default: true
        }
    }
}
