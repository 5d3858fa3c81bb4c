/// What closes the emphasis, code or link that the end of a streaming text leaves open, so that it is drawn as what it will most
/// likely become.
struct UnclosedInlines {
    private struct Opener {
        var byte: UInt8
        var count: Int
        /// The index after it.
        var end: Int
    }

    /// The bytes to add; empty when nothing is open.
    private(set) var closers: [UInt8] = []
    /// Whether further text can take the style of the end.
    private(set) var keepsStyle = true

    private let bytes: UnsafeBufferPointer<UInt8>
    private var openers: [Opener] = []
    private var index = 0

    /// - Parameter text: the source of a paragraph or heading, without trailing space.
    init(_ text: UnsafeBufferPointer<UInt8>) {
        bytes = text
        scan()
        for opener in openers.reversed() where opener.byte != UInt8(ascii: "[") && opener.end < bytes.count {
            if opener.byte == UInt8(ascii: "~") { keepsStyle = false }
            closers += Array(repeating: opener.byte, count: opener.count)
        }
    }

    private mutating func scan() {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\\"): index += 2
            case UInt8(ascii: "`"): scanCode()
            case UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "~"): scanDelimiters()
            case UInt8(ascii: "["):
                openers.append(Opener(byte: bytes[index], count: 1, end: index + 1))
                index += 1
            case UInt8(ascii: "]"): scanLinkEnd()
            default: index += 1
            }
        }
    }

    private func endOfRun(_ start: Int) -> Int {
        bytes[start...].firstIndex { $0 != bytes[start] } ?? bytes.count
    }

    private mutating func scanCode() {
        let end = endOfRun(index)
        let count = end - index
        var next = end
        while let tick = bytes[next...].firstIndex(of: UInt8(ascii: "`")) {
            next = endOfRun(tick)
            if next - tick == count {
                index = next
                return
            }
        }
        // Not closed: everything that follows is code.
        if end < bytes.count { closers = Array(repeating: UInt8(ascii: "`"), count: count) }
        index = bytes.count
    }

    private mutating func scanDelimiters() {
        let byte = bytes[index]
        let end = endOfRun(index)
        var count = end - index
        let before = index > 0 ? bytes[index - 1] : 0x20
        let after = end < bytes.count ? bytes[end] : 0x20
        defer { index = end }
        let touchesRight =
            !after.isMarkdownSpace
            && (!isPunctuation(after) || before.isMarkdownSpace || isPunctuation(before))
        let touchesLeft =
            !before.isMarkdownSpace
            && (!isPunctuation(before) || after.isMarkdownSpace || isPunctuation(after))
        let isUnderscore = byte == UInt8(ascii: "_")
        if touchesLeft, !isUnderscore || !touchesRight || isPunctuation(after) { count = close(byte, count) }
        guard count > 0, touchesRight, !isUnderscore || !touchesLeft || isPunctuation(before) else { return }
        if byte == UInt8(ascii: "~"), count != 2 { return }
        openers.append(Opener(byte: byte, count: min(count, 3), end: end))
    }

    /// Closes openers with `count` delimiters.
    /// - Returns: the number of delimiters left.
    private mutating func close(_ byte: UInt8, _ count: Int) -> Int {
        var count = count
        while count > 0 {
            let link = openers.lastIndex { $0.byte == UInt8(ascii: "[") } ?? -1
            guard let last = openers.lastIndex(where: { $0.byte == byte }), last > link else { return count }
            openers.removeSubrange((last + 1)...)
            let used = min(count, openers[last].count)
            count -= used
            openers[last].count -= used
            if openers[last].count == 0 { openers.removeLast() }
        }
        return 0
    }

    /// Scans a closing bracket and the address that may follow.
    private mutating func scanLinkEnd() {
        index += 1
        guard let open = openers.lastIndex(where: { $0.byte == UInt8(ascii: "[") }) else { return }
        openers.removeSubrange(open...)
        guard index < bytes.count, bytes[index] == UInt8(ascii: "(") else { return }
        var depth = 0
        for place in index..<bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case 0...0x20: return
            default: break
            }
            if depth == 0 {
                index = place + 1
                return
            }
        }
        closers = Array(repeating: UInt8(ascii: ")"), count: depth)
        keepsStyle = false
        index = bytes.count
    }

    private func isPunctuation(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}
