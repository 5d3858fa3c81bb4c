/// The addresses of links as they are written in a text.
enum LinkTarget {
    /// What follows a label in parentheses.
    enum Inline {
        case found(String, end: Int)
        /// The text ends in it.
        case open(String)
    }

    /// The most bytes of an address or a title.
    private static let longest = 4096
    private static let mostParentheses = 32

    /// - Parameter start: the opening parenthesis.
    static func inline(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Inline? {
        var index = bytes.skipSpace(from: start + 1)
        guard index < bytes.count else { return .open("") }
        guard let address = destination(in: bytes, &index, mayBeEmpty: true) else { return nil }
        let text = InlineParser.unescaped(bytes[address])
        if index == bytes.count { return .open(text) }
        let end = index
        index = bytes.skipSpace(from: index)
        if index == bytes.count { return .open(text) }
        if index > end, skipTitle(in: bytes, &index) { index = bytes.skipSpace(from: index) }
        if index == bytes.count { return .open(text) }
        return bytes[index] == UInt8(ascii: ")") ? .found(text, end: index + 1) : nil
    }

    /// An address in angle brackets or without blanks.
    /// - Returns: its bytes; nil if there is none. `index` then is behind it.
    static func destination(
        in bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int, mayBeEmpty: Bool
    ) -> Range<Int>? {
        let start = index
        let limit = min(bytes.count, start + longest)
        if bytes[start] == UInt8(ascii: "<") {
            index += 1
            while index < limit {
                switch bytes[index] {
                case UInt8(ascii: "\\"): index += 2
                case UInt8(ascii: ">"):
                    index += 1
                    return start + 1..<index - 1
                case UInt8(ascii: "<"), 0x0A: return nil
                default: index += 1
                }
            }
            guard index >= bytes.count else { return nil }
            index = bytes.count
            return start + 1..<bytes.count
        }
        var depth = 0
        loop: while index < limit {
            switch bytes[index] {
            case UInt8(ascii: "\\") where index + 1 < limit && bytes[index + 1].isPunctuation: index += 1
            case UInt8(ascii: "("):
                depth += 1
                if depth > mostParentheses { return nil }
            case UInt8(ascii: ")"):
                if depth == 0 { break loop }
                depth -= 1
            case 0...0x20, 0x7F: break loop
            default: break
            }
            index += 1
        }
        guard index < limit || limit == bytes.count, depth == 0 || index == bytes.count else { return nil }
        return index > start || mayBeEmpty ? start..<index : nil
    }

    /// Skips a title in quotes or parentheses.
    /// - Parameter mayBeOpen: whether the text may end within it.
    static func skipTitle(
        in bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int, mayBeOpen: Bool = true
    ) -> Bool {
        guard index < bytes.count else { return false }
        let close: UInt8
        switch bytes[index] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): close = bytes[index]
        case UInt8(ascii: "("): close = UInt8(ascii: ")")
        default: return false
        }
        var place = index + 1
        let limit = min(bytes.count, index + longest)
        while place < limit, bytes[place] != close {
            place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard place < limit || mayBeOpen && limit == bytes.count else { return false }
        index = min(place + 1, bytes.count)
        return true
    }

    // MARK: Addresses that are links

    /// An address in angle brackets.
    static func angle(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> (Range<Int>, String)? {
        let inside = bytes[(start + 1)...].prefix(longest).prefix {
            $0 > 0x20 && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">")
        }
        guard inside.endIndex < bytes.count, bytes[inside.endIndex] == UInt8(ascii: ">"),
            inside.first?.isLetter == true
        else { return nil }
        let scheme = inside.prefix(33).prefix { $0.isLetter || $0 &- 0x30 < 10 || "+.-".utf8.contains($0) }
        let range = inside.startIndex..<inside.endIndex
        let text = String(decoding: inside, as: UTF8.self)
        if (2...32).contains(scheme.count), scheme.endIndex < inside.endIndex,
            bytes[scheme.endIndex] == UInt8(ascii: ":")
        {
            return (range, text)
        }
        guard let at = inside.firstIndex(of: UInt8(ascii: "@")),
            let (found, address) = mail(in: bytes, at: at, from: range.lowerBound), found == range
        else { return nil }
        return (range, address)
    }

    /// An address in the middle of a text.
    /// - Parameters:
    ///   - index: its first colon, `w` or at sign.
    ///   - start: where the text begins.
    static func bare(
        in bytes: UnsafeBufferPointer<UInt8>, at index: Int, from start: Int
    ) -> (Range<Int>, String)? {
        switch bytes[index] {
        case UInt8(ascii: ":"): web(in: bytes, at: index, from: start)
        case UInt8(ascii: "@"): mail(in: bytes, at: index, from: start)
        default: www(in: bytes, at: index)
        }
    }

    /// The web addresses in code.
    static func all(in bytes: UnsafeBufferPointer<UInt8>) -> [(Range<Int>, String)] {
        var found: [(Range<Int>, String)] = []
        var start = 0
        while let colon = bytes[start...].firstIndex(of: UInt8(ascii: ":")) {
            let address = web(in: bytes, at: colon, from: start)
            if let address { found.append(address) }
            start = address?.0.upperBound ?? colon + 1
        }
        return found
    }

    private static let schemes = ["https", "http", "ftp"].map { Array($0.utf8) }

    private static func web(
        in bytes: UnsafeBufferPointer<UInt8>, at colon: Int, from start: Int
    ) -> (Range<Int>, String)? {
        guard colon + 3 < bytes.count, bytes[colon + 1] == UInt8(ascii: "/"),
            bytes[colon + 2] == UInt8(ascii: "/")
        else { return nil }
        let scheme = schemes.first { scheme in
            colon - scheme.count >= start
                && zip(bytes[(colon - scheme.count)...], scheme).allSatisfy { $0 | 0x20 == $1 }
        }
        guard let scheme else { return nil }
        let first = colon - scheme.count
        guard first == 0 || !bytes[first - 1].isLetterOrDigit else { return nil }
        let end = end(ofAddressIn: bytes, from: colon + 3)
        guard end > colon + 3 else { return nil }
        return (first..<end, String(decoding: bytes[first..<end], as: UTF8.self))
    }

    private static func www(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> (Range<Int>, String)? {
        guard start + 4 < bytes.count, bytes[start + 3] == UInt8(ascii: "."),
            bytes[start + 4].isLetterOrDigit,
            bytes[start..<start + 3].allSatisfy({ $0 | 0x20 == UInt8(ascii: "w") }),
            start == 0 || !bytes[start - 1].isLetterOrDigit && !"/.:@-_".utf8.contains(bytes[start - 1])
        else { return nil }
        let end = end(ofAddressIn: bytes, from: start + 4)
        guard end > start + 4, bytes[start + 4..<end].contains(UInt8(ascii: ".")) else { return nil }
        return (start..<end, "http://" + String(decoding: bytes[start..<end], as: UTF8.self))
    }

    private static func mail(
        in bytes: UnsafeBufferPointer<UInt8>, at sign: Int, from start: Int
    ) -> (Range<Int>, String)? {
        let local = bytes[max(start, sign - 64)..<sign].reversed().prefix {
            $0.isLetterOrDigit || "._+-".utf8.contains($0)
        }
        let domain = bytes[(sign + 1)...].prefix(255).prefix { $0.isLetterOrDigit || ".-_".utf8.contains($0) }
        guard domain.endIndex == bytes.count || bytes[domain.endIndex] != UInt8(ascii: "@") else {
            return nil
        }
        var end = domain.endIndex
        while end > sign + 1, !bytes[end - 1].isLetterOrDigit { end -= 1 }
        guard !local.isEmpty, end > sign + 1, bytes[sign + 1].isLetterOrDigit,
            bytes[sign + 1..<end].contains(UInt8(ascii: "."))
        else { return nil }
        let range = sign - local.count..<end
        return (range, "mailto:" + String(decoding: bytes[range], as: UTF8.self))
    }

    /// An address ends at a blank, at what Markdown means by itself, and where the sentence goes on in another script; the
    /// punctuation at its end is the sentence's.
    private static func end(ofAddressIn bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        var parentheses = 0
        var brackets = 0
        loop: while index < bytes.count {
            let byte = bytes[index]
            if byte >= 0x80 {
                let (scalar, length) = bytes.scalar(at: index)
                guard !endsAddress(scalar) else { break }
                index += length
                continue
            }
            let doubled = index + 1 < bytes.count && bytes[index + 1] == byte
            switch byte {
            case 0...0x20, 0x7F, UInt8(ascii: "<"), UInt8(ascii: "`"): break loop
            case UInt8(ascii: "*") where doubled, UInt8(ascii: "~") where doubled: break loop
            case UInt8(ascii: "("): parentheses += 1
            case UInt8(ascii: "["): brackets += 1
            case UInt8(ascii: ")"):
                if parentheses == 0 { break loop }
                parentheses -= 1
            case UInt8(ascii: "]"):
                if brackets == 0 { break loop }
                brackets -= 1
            default: break
            }
            index += 1
        }
        while index > start, "?!.,:;*_~'\"\\".utf8.contains(bytes[index - 1]) { index -= 1 }
        return index
    }

    private static func endsAddress(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x80...0xA0, 0xAB, 0xBB, 0x2000...0x206F, 0x2E00...0x2E7F, 0xFEFF: true
        default: CJK.contains(scalar)
        }
    }
}

/// A definition of where a link leads (`[label]: address "title"`).
struct LinkDefinition {
    private(set) var label: Range<Int>
    private(set) var address: String
    /// The start of the line after it.
    private(set) var end: Int

    init?(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) {
        guard start < bytes.count, bytes[start] == UInt8(ascii: "[") else { return nil }
        var index = start + 1
        let limit = min(bytes.count, index + LinkDefinitions.longestLabel)
        while index < limit, bytes[index] != UInt8(ascii: "]") {
            guard bytes[index] != UInt8(ascii: "[") else { return nil }
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "]"),
            bytes[index + 1] == UInt8(ascii: ":"),
            bytes[start + 1] != UInt8(ascii: "^"), !bytes[start + 1..<index].allSatisfy(\.isMarkdownSpace)
        else { return nil }
        label = start + 1..<index
        index = bytes.skipSpace(from: index + 2)
        guard index < bytes.count, let range = LinkTarget.destination(in: bytes, &index, mayBeEmpty: false)
        else {
            return nil
        }
        address = InlineParser.unescaped(bytes[range])
        let addressEnd = index
        index = bytes.skipSpace(from: index)
        if index > addressEnd, LinkTarget.skipTitle(in: bytes, &index, mayBeOpen: false),
            let end = bytes.endOfBlankLine(from: index)
        {
            self.end = end
        } else if let end = bytes.endOfBlankLine(from: addressEnd) {
            self.end = end
        } else {
            return nil
        }
    }
}

extension UnsafeBufferPointer where Element == UInt8 {
    fileprivate func skipSpace(from start: Int) -> Int {
        var index = start
        while index < count, self[index].isMarkdownSpace { index += 1 }
        return index
    }

    /// The start of the next line if nothing but blanks is left of this one.
    fileprivate func endOfBlankLine(from start: Int) -> Int? {
        var index = start
        while index < count, self[index] == 0x20 || self[index] == 0x09 { index += 1 }
        if index >= count { return count }
        return self[index] == 0x0A ? index + 1 : nil
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool { isLetter || self &- 0x30 < 10 }
}
