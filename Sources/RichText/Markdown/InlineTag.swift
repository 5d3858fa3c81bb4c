/// A tag of HTML that is drawn rather than shown.
struct InlineTag {
    enum Kind: String, Sendable {
        case kbd, code, sub, sup, strong, emphasis, strikethrough

        /// - Parameter name: in lower case.
        init?(_ name: String) {
            switch name {
            case "b": self = .strong
            case "i", "em": self = .emphasis
            case "s", "del": self = .strikethrough
            case "kbd", "code", "sub", "sup", "strong": self.init(rawValue: name)
            default: return nil
            }
        }
    }

    let kind: Kind
    let isClosing: Bool

    /// - Parameter tag: with its angle brackets. One with attributes is shown.
    init?(_ tag: UnsafeBufferPointer<UInt8>) {
        guard (3...9).contains(tag.count) else { return nil }
        isClosing = tag[1] == UInt8(ascii: "/")
        let name = tag.dropFirst(isClosing ? 2 : 1).dropLast()
        guard name.allSatisfy(\.isLetter),
            let kind = Kind(String(decoding: name.map { $0 | 0x20 }, as: UTF8.self))
        else { return nil }
        self.kind = kind
    }
}

/// Small characters, as far as Unicode has them.
enum SmallText {
    /// The whole text in small characters; nil if one of them does not exist.
    static func raised(_ text: UnsafeBufferPointer<UInt8>) -> String? { mapped(text, raisedCharacters) }

    static func lowered(_ text: UnsafeBufferPointer<UInt8>) -> String? { mapped(text, loweredCharacters) }

    private static let longest = 12

    private static func mapped(_ text: UnsafeBufferPointer<UInt8>, _ table: [UInt8: Character]) -> String? {
        guard (1...longest).contains(text.count) else { return nil }
        var result = ""
        for byte in text {
            guard let small = table[byte] else { return nil }
            result.append(small)
        }
        return result
    }

    private static let raisedCharacters = table("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
    private static let loweredCharacters = table("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")

    private static func table(_ plain: String, _ small: String) -> [UInt8: Character] {
        Dictionary(uniqueKeysWithValues: zip(plain.utf8, small))
    }
}
