/// Hides characters that must not count as syntax from the parser, and restores them.
///
/// - A row of a table has at most ``mostColumns`` columns; further bars are text. cmark-gfm pads short rows, so a wide table of short
///   rows would take unbounded time and memory.
/// - While a text streams in, link reference definitions are text: one may arrive after the reference to it is final, and the page
///   must not depend on the chunks.
///
/// The substitutes are control characters, which ``Swift/Array/appendReadable(_:)`` removes from the text.
enum MaskedSource {
    static let mostColumns = 32

    private static let bar: UInt8 = 0x1D
    private static let colon: UInt8 = 0x1C

    static func isReserved(_ byte: UInt8) -> Bool { byte == bar || byte == colon }

    /// The bytes with substitutes; nil when there is nothing to hide.
    static func masking(_ bytes: UnsafeBufferPointer<UInt8>, hidingDefinitions: Bool) -> [UInt8]? {
        var copy: [UInt8]?
        var bars = 0
        for index in bytes.indices {
            switch bytes[index] {
            case 0x0A, 0x0D: bars = 0
            case UInt8(ascii: "|"):
                bars += 1
                if bars > mostColumns { copy.replace(at: index, of: bytes, with: bar) }
            case UInt8(ascii: ":"):
                guard hidingDefinitions, index > 0, bytes[index - 1] == UInt8(ascii: "]") else { continue }
                copy.replace(at: index, of: bytes, with: colon)
            default: break
            }
        }
        return copy
    }

    static func restoring(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        bytes.map { $0 == bar ? UInt8(ascii: "|") : $0 == colon ? UInt8(ascii: ":") : $0 }
    }
}

extension [UInt8] {
    /// Appends text for the parser: without byte order marks, which the parser skips only at the start of a text, and with
    /// replacements for NUL and for the bytes that ``MaskedSource`` uses.
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
        let byte = self[index]
        if byte == 0 { return (0xFFFD, 1) }
        if MaskedSource.isReserved(byte) { return (0x2400 + UInt32(byte), 1) }
        guard byte == 0xEF, index + 2 < count, self[index + 1] == 0xBB, self[index + 2] == 0xBF else {
            return nil
        }
        return (nil, 3)
    }
}

extension [UInt8]? {
    fileprivate mutating func replace(at index: Int, of bytes: UnsafeBufferPointer<UInt8>, with byte: UInt8) {
        if self == nil { self = Array(bytes) }
        self?[index] = byte
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
