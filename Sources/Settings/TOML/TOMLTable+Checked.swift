import TOMLKit

/// A table header without a name: `[]`, `[=]`, `[` alone.
struct NamelessHeader: Error {
    /// 1-based.
    var line: Int
}

extension TOMLTable {
    /// Parses a text. The parser ends the program at a header whose name begins with a character that no name begins with, so these are
    /// looked for first.
    /// - Throws: ``NamelessHeader`` or `TOMLParseError`.
    static func checked(_ text: String) throws -> TOMLTable {
        var checks = 0
        for (line, start) in possiblyNamelessHeaders(in: text) {
            checks += 1
            // Within a string or list over several lines this is no header; the text before it does not parse then.
            let isHeader = (try? TOMLTable(string: String(text[..<start]))) != nil
            guard !isHeader, checks < checkLimit else { throw NamelessHeader(line: line) }
        }
        return try TOMLTable(string: text)
    }

    /// Each check parses what is before. Nobody writes as many such lines as this.
    private static let checkLimit = 100

    /// The lines that begin like a header and go on with something else than a name, and where they start.
    private static func possiblyNamelessHeaders(in text: String) -> [(line: Int, start: String.Index)] {
        let bytes = text.utf8
        var found: [(line: Int, start: String.Index)] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            var rest = line.drop { isBlank($0) || (index == 0 && [0xEF, 0xBB, 0xBF].contains($0)) }
            guard rest.popFirst() == UInt8(ascii: "[") else { continue }
            if rest.first == UInt8(ascii: "[") { rest = rest.dropFirst() }
            let name = rest.drop(while: isBlank).first
            guard let name, beginsName(name) || name == UInt8(ascii: "]") else {
                found.append((index + 1, line.startIndex))
                continue
            }
        }
        return found
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func beginsName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "\""),
            UInt8(ascii: "'"):
            true
        default: false
        }
    }
}
