/// Where mathematics begins and ends: `$…$`, `$$…$$`, `\\(…\\)`, `\\[…\\]`. It is shown as it is written.
enum MathSpan {
    /// The end of the formula that begins at `start`, with its delimiters. Every search ends where the next one may begin, so that
    /// the work for a text is proportional to its length.
    static func end(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
        switch bytes[start] {
        case UInt8(ascii: "$"):
            switch run(in: bytes, at: start) {
            case 1: dollar(in: bytes, at: start)
            case 2: dollars(in: bytes, at: start)
            default: nil
            }
        case UInt8(ascii: "\\"): brackets(in: bytes, at: start)
        default: nil
        }
    }

    /// The number of dollar signs at `start`.
    static func run(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
        bytes[start...].prefix { $0 == UInt8(ascii: "$") }.count
    }

    /// Whether a line begins a formula that further lines belong to: it has the opening delimiter alone, or a command after it.
    static func opensBlock(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard line.count >= 2 else { return false }
        let isDollars = line[0] == UInt8(ascii: "$")
        guard line[1] == (isDollars ? line[0] : UInt8(ascii: "[")) else { return false }
        let rest = line[2...].trimmingMarkdownSpace
        guard let first = rest.first else { return true }
        return first == UInt8(ascii: "\\") && rest.count > 1 && rest[rest.startIndex + 1].isLetter
            && !closes(UnsafeBufferPointer(rebasing: rest))
    }

    /// Whether a line of such a formula, not the first, ends it.
    static func closes(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        line.indices.dropFirst().contains {
            line[$0] == UInt8(ascii: "$") && line[$0 - 1] == UInt8(ascii: "$")
                || line[$0] == UInt8(ascii: "]") && line[$0 - 1] == UInt8(ascii: "\\")
                    && ($0 < 2 || line[$0 - 2] != UInt8(ascii: "\\"))
        }
    }

    private static func dollars(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
        var index = start + 2
        while index + 1 < bytes.count {
            if bytes[index] == UInt8(ascii: "$"), bytes[index + 1] == UInt8(ascii: "$") {
                return index > start + 2 ? index + 2 : nil
            }
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    /// A dollar sign beside a letter, digit or blank on the wrong side is money or a variable, and so is one before prose, code or
    /// the end of strong text.
    private static func dollar(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
        if start > 0, isWord(bytes[start - 1]) { return nil }
        var index = start + 1
        guard index < bytes.count, !bytes[index].isMarkdownSpace else { return nil }
        while index < bytes.count, bytes[index] != UInt8(ascii: "$") {
            let isStrong = bytes[index] == UInt8(ascii: "*") && bytes[index - 1] == bytes[index]
            if bytes[index] == UInt8(ascii: "`") || isStrong { return nil }
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < bytes.count, !bytes[index - 1].isMarkdownSpace else { return nil }
        if index + 1 < bytes.count, isWord(bytes[index + 1]) || bytes[index + 1] == UInt8(ascii: "$") {
            return nil
        }
        return isProse(bytes[(start + 1)..<index]) ? nil : index + 1
    }

    private static func brackets(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
        guard start + 1 < bytes.count else { return nil }
        let open = bytes[start + 1]
        guard open == UInt8(ascii: "(") || open == UInt8(ascii: "[") else { return nil }
        let close = open == UInt8(ascii: "(") ? UInt8(ascii: ")") : UInt8(ascii: "]")
        var index = start + 2
        while index + 1 < bytes.count {
            if bytes[index] == UInt8(ascii: "`") { return nil }
            guard bytes[index] == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            if bytes[index + 1] == open { return nil }
            if bytes[index + 1] == close {
                let isLink = index + 2 < bytes.count && bytes[index + 2] == UInt8(ascii: "(")
                return index == start + 2 || isLink ? nil : index + 2
            }
            index += 2
        }
        return nil
    }

    private static func isWord(_ byte: UInt8) -> Bool { byte.isLetter || byte &- 0x30 < 10 || byte >= 0x80 }

    /// Whether two words of three letters or more follow each other, and no command of TeX is there.
    private static func isProse(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard !text.contains(UInt8(ascii: "\\")) else { return false }
        var words = 0
        for part in text.split(whereSeparator: \.isMarkdownSpace) {
            words = part.count > 2 && part.allSatisfy { isWord($0) } ? words + 1 : 0
            if words == 2 { return true }
        }
        return false
    }
}
