/// Decodes UTF-8 that arrives in pieces, cut anywhere. Invalid bytes become U+FFFD, as if the bytes had arrived whole.
public struct UTF8Decoder: Sendable {
    /// The beginning of a character whose end has not arrived: at most 3 bytes.
    private var pending: [UInt8] = []

    public init() {}

    /// The text of all characters that are complete.
    public mutating func decode(_ bytes: [UInt8]) -> String {
        let all = pending.isEmpty ? bytes : pending + bytes
        let whole = all.count - Self.unfinished(all)
        pending = Array(all[whole...])
        return String(decoding: all[..<whole], as: UTF8.self)
    }

    /// The rest at the end: U+FFFD for a character that stayed incomplete.
    public mutating func finish() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// How many bytes at the end begin a character that more bytes may complete.
    private static func unfinished(_ bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let lead = bytes[bytes.count - length]
            if lead & 0xC0 == 0x80 { continue }
            return isBeginning(bytes.suffix(length)) ? length : 0
        }
        return 0
    }

    /// The table of well-formed sequences in the Unicode standard (3.9, table 3-7): the second byte's range depends on the first.
    private static func isBeginning(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let lead = bytes.first else { return false }
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return false
        }
        guard bytes.count < length else { return false }
        return bytes.count == 1 || second.contains(bytes[bytes.startIndex + 1])
    }
}
