/// Reads JSON, and what services write in its place.
///
/// Beyond RFC 8259 it takes invalid UTF-8 and escapes of half a character (U+FFFD each), escapes that do not exist (as they are written),
/// control characters within strings, a byte order mark, needless commas, single quotes, the words of Python and JavaScript for null and
/// for truth, and numbers in any spelling. Infinities, and what is not a number, are strings. A document that ends too early is refused:
/// what is missing could change what it says.
struct JSONReader {
    /// The bytes are no document.
    private struct Fault: Error {}

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    /// Whether the document is JSON to the letter.
    private(set) var isStrict = true

    /// Levels of nesting, as many as Foundation's decoder takes.
    private static let maxDepth = 512

    init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    /// - Returns: nil if the bytes are no document.
    mutating func read() -> JSONValue? {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            position = 3
            isStrict = false
        }
        guard let value = try? value() else { return nil }
        skipSpace()
        guard position == bytes.count else { return nil }
        return value
    }

    // MARK: Bytes

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: break
            case 0x00, 0x0B, 0x0C: isStrict = false
            default: return
            }
            position += 1
        }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    // MARK: Values

    private mutating func value() throws -> JSONValue {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try nested { try $0.object() }
        case UInt8(ascii: "["): return try nested { try $0.array() }
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try string())
        default: return try word()
        }
    }

    private mutating func nested(_ read: (inout JSONReader) throws -> JSONValue) throws -> JSONValue {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth else { throw Fault() }
        position += 1
        return try read(&self)
    }

    private mutating func object() throws -> JSONValue {
        var members: [String: JSONValue] = [:]
        while try !ends(with: "}", isFirst: members.isEmpty) {
            guard next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") else { throw Fault() }
            let key = try string()
            skipSpace()
            guard skip(":") else { throw Fault() }
            members[key] = try value()
        }
        return .object(members)
    }

    private mutating func array() throws -> JSONValue {
        var elements: [JSONValue] = []
        while try !ends(with: "]", isFirst: elements.isEmpty) { elements.append(try value()) }
        return .array(elements)
    }

    /// Skips what separates the elements of a list. A comma with nothing before or after it is passed over.
    private mutating func ends(with end: Unicode.Scalar, isFirst: Bool) throws -> Bool {
        var commas = 0
        skipSpace()
        while skip(",") {
            commas += 1
            skipSpace()
        }
        let isEnd = skip(end)
        if commas != (isFirst || isEnd ? 0 : 1) { isStrict = false }
        guard isEnd || isFirst || commas > 0 else { throw Fault() }
        return isEnd
    }

    // MARK: Words and numbers

    private mutating func word() throws -> JSONValue {
        let start = position
        while let byte = next, Self.isWordByte(byte) { position += 1 }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        switch word {
        case "true": return true
        case "false": return false
        case "null": return nil
        case "": throw Fault()
        default: break
        }
        if let number = number(word) { return number }
        isStrict = false
        switch word {
        case "True": return true
        case "False": return false
        case "None", "undefined": return nil
        case "NaN", "-NaN", "Infinity", "+Infinity", "-Infinity", "inf", "-inf", "nan": return .string(word)
        default: throw Fault()
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private mutating func number(_ text: String) -> JSONValue? {
        let utf8 = text.utf8
        guard utf8.contains(where: { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            utf8.allSatisfy({ Self.isNumberByte($0) })
        else { return nil }
        if !Self.isJSONNumber(utf8) { isStrict = false }
        if let number = Int64(text) { return .integer(number) }
        var padded = text
        if padded.hasPrefix(".") || padded.hasPrefix("-.") {
            padded.replace(".", with: "0.", maxReplacements: 1)
        }
        if padded.hasSuffix(".") { padded += "0" }
        guard let number = Double(padded) else { return nil }
        guard number.isFinite else {
            isStrict = false
            return .string(text)
        }
        return Int64(exactly: number).map { .integer($0) } ?? .number(number)
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    /// Whether a number, as `Double` reads it, has neither a sign in front, a needless zero, nor a dot at an end.
    private static func isJSONNumber(_ text: String.UTF8View) -> Bool {
        let digits = text.first == UInt8(ascii: "-") ? text.dropFirst() : text[...]
        let isDigit: (UInt8) -> Bool = { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let first = digits.first, isDigit(first), digits.last.map(isDigit) == true else { return false }
        let second = digits.dropFirst().first
        if first == UInt8(ascii: "0"), let second, isDigit(second) { return false }
        guard let dot = digits.firstIndex(of: UInt8(ascii: ".")) else { return true }
        return digits[digits.index(after: dot)...].first.map(isDigit) == true
    }

    // MARK: Strings

    private mutating func string() throws -> String {
        let quote = bytes[position]
        if quote != UInt8(ascii: "\"") { isStrict = false }
        position += 1
        var text = ""
        while true {
            let start = position
            while let byte = next, byte != quote, byte != UInt8(ascii: "\\") {
                if byte < 0x20 { isStrict = false }
                position += 1
            }
            guard let byte = next else { throw Fault() }
            let piece = String(decoding: bytes[start..<position], as: UTF8.self)
            text = text.isEmpty ? piece : text + piece
            position += 1
            if byte == quote { return text }
            text.unicodeScalars.append(contentsOf: try escape())
        }
    }

    /// What an escape means, after its backslash. One that does not exist is the text that it is.
    private mutating func escape() throws -> [Unicode.Scalar] {
        guard let byte = next else { throw Fault() }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [Unicode.Scalar(byte)]
        case UInt8(ascii: "b"): return ["\u{8}"]
        case UInt8(ascii: "f"): return ["\u{C}"]
        case UInt8(ascii: "n"): return ["\n"]
        case UInt8(ascii: "r"): return ["\r"]
        case UInt8(ascii: "t"): return ["\t"]
        case UInt8(ascii: "u"): return [try unicodeEscape()]
        case UInt8(ascii: "'"):
            isStrict = false
            return ["'"]
        default:
            isStrict = false
            position -= 1
            return ["\\"]
        }
    }

    private mutating func unicodeEscape() throws -> Unicode.Scalar {
        guard let unit = hexDigits(at: position) else {
            isStrict = false
            position -= 1
            return "\\"
        }
        position += 4
        if let scalar = Unicode.Scalar(unit) { return scalar }
        if unit < 0xDC00, next == UInt8(ascii: "\\"), position + 1 < bytes.count,
            bytes[position + 1] == UInt8(ascii: "u"),
            let low = hexDigits(at: position + 2), (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar((UInt32(unit) - 0xD800) << 10 + UInt32(low) - 0xDC00 + 0x10000)
        {
            position += 6
            return scalar
        }
        isStrict = false
        return "\u{FFFD}"
    }

    private func hexDigits(at start: Int) -> UInt16? {
        guard start + 4 <= bytes.count else { return nil }
        var value: UInt16 = 0
        for byte in bytes[start..<(start + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }
}
