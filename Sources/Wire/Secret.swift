/// A secret, which is found in a text in every spelling in which a service or a program may repeat it: in upper or lower case, with any of
/// its characters escaped for a URL, JSON or HTML, in hexadecimal digits, or in base64, also as a part of a longer text.
public struct Secret: Hashable, Sendable {
    private let bytes: [UInt8]
    /// Spellings whose case counts.
    private let encoded: [[UInt8]]
    private let hexadecimal: [UInt8]

    /// Shorter secrets would be found in words that have nothing to do with them.
    private static let shortest = 4

    /// In bytes.
    public var length: Int { bytes.count }

    /// - Returns: nil if the text is too short to be one.
    public init?(_ text: String) {
        bytes = text.utf8.map(Self.lowercased)
        guard bytes.count >= Self.shortest else { return nil }
        hexadecimal = text.utf8.flatMap { byte in
            Array((byte < 16 ? "0" : "").utf8) + Array(String(byte, radix: 16).utf8)
        }
        encoded = (0..<3).flatMap { offset in
            let core = Self.base64(Array(text.utf8), offset: offset)
            guard core.count >= 6 else { return [[UInt8]]() }
            let forURLs = core.map { byte in
                byte == UInt8(ascii: "+")
                    ? UInt8(ascii: "-") : byte == UInt8(ascii: "/") ? UInt8(ascii: "_") : byte
            }
            return core == forURLs ? [core] : [core, forURLs]
        }
    }

    /// The text with a mark in place of the secret.
    public func redacted(in text: String, mark: String = "…") -> String {
        let source = Array(text.utf8)
        var result: [UInt8] = []
        var kept = 0
        var position = 0
        while position < source.count {
            guard let end = end(at: position, in: source) else {
                position += 1
                continue
            }
            result += source[kept..<position]
            result += mark.utf8
            (position, kept) = (end, end)
        }
        return kept == 0 ? text : String(decoding: result + source[kept...], as: UTF8.self)
    }

    /// Where the secret ends that begins at a place.
    private func end(at start: Int, in text: [UInt8]) -> Int? {
        for form in encoded where text[start...].starts(with: form) { return start + form.count }
        if text.count - start >= hexadecimal.count,
            hexadecimal.indices.allSatisfy({ Self.lowercased(text[start + $0]) == hexadecimal[$0] })
        {
            return start + hexadecimal.count
        }
        var position = start
        for byte in bytes {
            guard let next = Self.end(of: byte, at: position, in: text) else { return nil }
            position = next
        }
        return position
    }

    /// Where one byte of the secret ends, as it is or escaped: `%2D`, `\u002d`, `\x2d`, `\-`, `&#45;`, `&#x2d;`.
    private static func end(of byte: UInt8, at start: Int, in text: [UInt8]) -> Int? {
        guard start < text.count else { return nil }
        if lowercased(text[start]) == byte { return start + 1 }
        switch text[start] {
        case UInt8(ascii: "%"):
            // Escapes may be escaped: %252D.
            var digits = start + 1
            while text[digits...].starts(with: "25".utf8) { digits += 2 }
            return number(at: digits, radix: 16, in: text, length: 2, byte)
        case UInt8(ascii: "\\"):
            guard start + 1 < text.count else { return nil }
            if lowercased(text[start + 1]) == byte { return start + 2 }
            switch text[start + 1] {
            case UInt8(ascii: "u"): return number(at: start + 2, radix: 16, in: text, length: 4, byte)
            case UInt8(ascii: "x"): return number(at: start + 2, radix: 16, in: text, length: 2, byte)
            default: return nil
            }
        case UInt8(ascii: "&"):
            guard text[(start + 1)...].first == UInt8(ascii: "#"),
                let end = text[start...].prefix(8).firstIndex(of: UInt8(ascii: ";"))
            else { return nil }
            let isHexadecimal = start + 2 < end && lowercased(text[start + 2]) == UInt8(ascii: "x")
            let digits = start + (isHexadecimal ? 3 : 2)
            return number(
                at: digits, radix: isHexadecimal ? 16 : 10, in: text, length: end - digits, byte
            ).map { $0 + 1 }
        default:
            return nil
        }
    }

    /// Where a number ends that is the byte.
    private static func number(
        at start: Int, radix: Int, in text: [UInt8], length: Int, _ byte: UInt8
    ) -> Int? {
        guard length > 0, start + length <= text.count,
            let value = UInt8(String(decoding: text[start..<(start + length)], as: UTF8.self), radix: radix),
            lowercased(value) == byte
        else { return nil }
        return start + length
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    // MARK: Base64

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The digits that depend on nothing but the bytes, when they follow so many other bytes (modulo 3) and others follow them.
    private static func base64(_ bytes: [UInt8], offset: Int) -> [UInt8] {
        let padded = Array(repeating: UInt8(0), count: offset) + bytes
        let first = (offset * 8 + 5) / 6
        let count = padded.count * 8 / 6
        guard first < count else { return [] }
        return (first..<count).map { digit in
            let bit = digit * 6
            let high = UInt16(padded[bit / 8]) << 8
            let low = bit / 8 + 1 < padded.count ? UInt16(padded[bit / 8 + 1]) : 0
            return alphabet[Int((high | low) >> (10 - bit % 8) & 0x3F)]
        }
    }
}
