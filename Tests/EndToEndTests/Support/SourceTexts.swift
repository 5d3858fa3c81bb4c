/// The string literals of Swift source, as a person would read them: `\(…)` as `{}`, and literals that `+` joins as one.
struct SourceTexts {
    private let bytes: [UInt8]
    private var index = 0

    private init(_ source: String) { bytes = Array(source.utf8) }

    /// In the order of the source.
    static func literals(in source: String) -> [String] {
        var reader = SourceTexts(source)
        var found: [String] = []
        var isJoined = false
        while reader.index < reader.bytes.count {
            if reader.skipComment() { continue }
            if let literal = reader.literal() {
                if isJoined, let last = found.popLast() {
                    found.append(last + literal)
                } else {
                    found.append(literal)
                }
                isJoined = reader.skipPlus()
                continue
            }
            isJoined = false
            reader.index += 1
        }
        return found
    }

    private func isAt(_ text: StaticString) -> Bool {
        index + text.utf8CodeUnitCount <= bytes.count
            && text.withUTF8Buffer { $0.elementsEqual(bytes[index..<index + $0.count]) }
    }

    private mutating func skipComment() -> Bool {
        if isAt("//") {
            while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
            return true
        }
        guard isAt("/*") else { return false }
        while index < bytes.count, !isAt("*/") { index += 1 }
        index += 2
        return true
    }

    /// Skips a `+` between two literals.
    private mutating func skipPlus() -> Bool {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") }
        var end = index
        while end < bytes.count, isBlank(bytes[end]) { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "+") else { return false }
        end += 1
        while end < bytes.count, isBlank(bytes[end]) { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return false }
        index = end
        return true
    }

    /// Reads the literal at the index; nil when there is none.
    private mutating func literal() -> String? {
        var hashes = 0
        while index + hashes < bytes.count, bytes[index + hashes] == UInt8(ascii: "#") { hashes += 1 }
        guard index + hashes < bytes.count, bytes[index + hashes] == UInt8(ascii: "\"") else { return nil }
        index += hashes
        let isLong = isAt("\"\"\"")
        let quotes = isLong ? 3 : 1
        index += quotes
        let end =
            Array(repeating: UInt8(ascii: "\""), count: quotes)
            + Array(repeating: UInt8(ascii: "#"), count: hashes)
        let escape = [UInt8(ascii: "\\")] + Array(repeating: UInt8(ascii: "#"), count: hashes)
        var text: [UInt8] = []
        while index < bytes.count, !bytes[index...].starts(with: end) {
            guard bytes[index...].starts(with: escape) else {
                text.append(bytes[index])
                index += 1
                continue
            }
            index += escape.count
            guard index < bytes.count else { break }
            if bytes[index] == UInt8(ascii: "(") {
                index += 1
                skipInterpolation()
                text += Array("{}".utf8)
            } else if bytes[index] == UInt8(ascii: "\n") {
                // A line that goes on: its indentation is no part of the text.
                index += 1
                while index < bytes.count, bytes[index] == UInt8(ascii: " ") { index += 1 }
            } else {
                text += [UInt8(ascii: "\\"), bytes[index]]
                index += 1
            }
        }
        index += end.count
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func skipInterpolation() {
        var depth = 1
        while index < bytes.count, depth > 0 {
            if literal() != nil { continue }
            if bytes[index] == UInt8(ascii: "(") { depth += 1 }
            if bytes[index] == UInt8(ascii: ")") { depth -= 1 }
            index += 1
        }
    }
}
