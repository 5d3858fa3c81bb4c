extension [UInt8] {
    /// Appends text for the parser: without byte order marks, with replacements for NUL, and with line feeds for the line and
    /// paragraph separators of Unicode.
    mutating func appendReadable(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in bytes.indices {
            guard let (replacement, length) = bytes.unreadable(at: index) else { continue }
            append(contentsOf: bytes[start..<index])
            if let replacement { append(scalar: replacement) }
            start = index + length
        }
        append(contentsOf: bytes[start...])
    }
}

extension UnsafeBufferPointer where Element == UInt8 {
    /// The replacement of the bytes at `index` that the parser must not see, and their number.
    fileprivate func unreadable(at index: Int) -> (replacement: UInt32?, length: Int)? {
        switch self[index] {
        case 0: return (0xFFFD, 1)
        case 0xC2, 0xE2:
            return separator(at: index).map { (0x0A, $0) }
        case 0xEF where index + 2 < count && self[index + 1] == 0xBB && self[index + 2] == 0xBF:
            return (nil, 3)
        default: return nil
        }
    }

    /// The bytes of a line or paragraph separator, or of NEL, at `index`.
    func separator(at index: Int) -> Int? {
        switch self[index] {
        case 0xC2 where index + 1 < count && self[index + 1] == 0x85: 2
        case 0xE2 where index + 2 < count && self[index + 1] == 0x80 && self[index + 2] | 1 == 0xA9: 3
        default: nil
        }
    }
}

/// Link reference definitions (`[label]: address`), which change the text around them.
enum ReferenceDefinition {
    /// CommonMark's limit of 999 characters for a label, in bytes.
    private static let longestLabel = 4 * 999

    /// Whether a definition may begin in `bytes`.
    static func mayBegin(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in bytes.indices.dropFirst()
        where bytes[index] == UInt8(ascii: ":") && bytes[index - 1] == UInt8(ascii: "]") {
            if labelBeginsLine(bytes, end: index - 1) { return true }
        }
        return false
    }

    /// Whether only markers of containers precede the label that ends at `end`.
    private static func labelBeginsLine(_ bytes: UnsafeBufferPointer<UInt8>, end: Int) -> Bool {
        var open = end - 1
        let limit = max(0, end - longestLabel)
        while open >= limit, !isBracket(bytes, open) { open -= 1 }
        guard open >= limit, bytes[open] == UInt8(ascii: "[") else { return false }
        return bytes[..<open].reversed().prefix { $0 != 0x0A && $0 != 0x0D }.allSatisfy(isContainerMark)
    }

    private static func isBracket(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        guard bytes[index] == UInt8(ascii: "[") || bytes[index] == UInt8(ascii: "]") else { return false }
        return index == 0 || bytes[index - 1] != UInt8(ascii: "\\")
    }

    private static func isContainerMark(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, UInt8(ascii: ">"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "*"),
            UInt8(ascii: "."),
            UInt8(ascii: ")"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

extension ReferenceDefinition {
    private static let mostBytes = 1 << 18
    private static let mostLines = 1 << 14

    /// Whether a text with definitions is short enough to be laid out in one piece; in a longer one they stay text. The parser's time
    /// and memory for one piece are not proportional to its length.
    static func canParseWhole(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.count <= mostBytes && text.reduce(0) { $0 + ($1 == 0x0A || $1 == 0x0D ? 1 : 0) } <= mostLines
    }
}
