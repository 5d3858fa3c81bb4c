import RichText

/// A character key as an extended keyboard protocol reports it, and the ``Key`` that it means.
///
/// A press is the same `Key` on every terminal, so that a binding works everywhere: keys that an old terminal sends as one
/// control character (Tab and Ctrl-I, Enter and Ctrl-M, Esc and Ctrl-[) are one key here too.
struct TypedCharacter {
    /// The character, without shift where the protocol reports it so.
    var plain: Unicode.Scalar
    /// The character with shift in the user's layout, where the terminal reports it.
    var shifted: Unicode.Scalar?
    /// The character of that key in the US layout, where the terminal reports it.
    var american: Unicode.Scalar?
    var modifiers: Key.Modifiers

    /// The key; nil when it is not a character.
    var key: Key? {
        let isCommand = modifiers.contains(.control) || modifiers.contains(.alt)
        // Ctrl-С in a Cyrillic layout means Ctrl-C.
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
        // Readline's undo: old terminals send the same control character for both.
        case "/": return Key("_", rest)
        default: return Key(Character(drawn), rest)
        }
    }

    /// Letters below are Latin ones, with or without marks.
    private static let endOfLatin: UInt32 = 0x250

    private func control(_ letter: Unicode.Scalar, _ rest: Key.Modifiers) -> Key {
        // Shift is a modifier of its own only with control and a letter.
        if modifiers.contains(.shift) { return Key(Character(letter), modifiers) }
        switch letter {
        case "i": return Key(.tab, rest.subtracting(.control))
        case "m": return Key(.enter, rest.subtracting(.control))
        default: return Key(Character(letter), rest)
        }
    }

    /// The scalar as a lower-case ASCII letter, if it is an ASCII letter.
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
