import Foundation

/// A text to match fuzzily, prepared once so that every key of a query is cheap.
struct FuzzyCandidate: Hashable, Sendable {
    let text: String
    /// A number for each character without its accents, as written and in lower case.
    let cased: [UInt32]
    let lowered: [UInt32]
    /// The bonus for matching each character, by its position in a word.
    let bonuses: [Int]

    init(_ text: String) {
        self.text = text
        cased = text.map(Self.base)
        lowered = cased.map(Self.lowered)
        var previous = Kind.blank
        bonuses = text.map { character in
            let kind = Kind(character)
            defer { previous = kind }
            return Self.bonus(of: kind, after: previous)
        }
    }

    private enum Kind {
        case blank, mark, lower, upper, digit, letter

        init(_ character: Character) {
            if let ascii = character.asciiValue {
                self = Self.ascii(ascii)
            } else if character.isLowercase {
                self = .lower
            } else if character.isUppercase {
                self = .upper
            } else if character.isLetter {
                self = .letter
            } else if character.isNumber {
                self = .digit
            } else {
                self = character.isWhitespace ? .blank : .mark
            }
        }

        private static func ascii(_ ascii: UInt8) -> Kind {
            switch ascii {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): .lower
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): .upper
            case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
            case 0...0x20: .blank
            default: .mark
            }
        }
    }

    /// People type the starts of words; a hump of a camel-case name is nearly as good.
    private static func bonus(of kind: Kind, after previous: Kind) -> Int {
        switch (previous, kind) {
        case (_, .blank): 0
        case (_, .mark): 6
        case (.blank, _): 10
        case (.mark, _): 9
        case (.lower, .upper), (.letter, .upper): 7
        case (.lower, .digit), (.upper, .digit), (.letter, .digit): 7
        default: 0
        }
    }

    /// The character without its accents, as one number.
    static func base(_ character: Character) -> UInt32 {
        if let ascii = character.asciiValue { return UInt32(ascii) }
        let folded = String(character).folding(
            options: [.diacriticInsensitive, .widthInsensitive], locale: nil)
        return (folded.unicodeScalars.first ?? "\u{FFFD}").value
    }

    static func lowered(_ base: UInt32) -> UInt32 {
        if base < 0x80 { return base >= 0x41 && base <= 0x5A ? base + 0x20 : base }
        return Unicode.Scalar(base)?.properties.lowercaseMapping.unicodeScalars.first?.value ?? base
    }
}
