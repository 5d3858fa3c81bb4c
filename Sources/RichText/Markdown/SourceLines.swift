/// The lines of a piece of Markdown, numbered from 1 as the parser numbers them. Valid as long as its bytes are.
struct SourceLines {
    let bytes: UnsafeBufferPointer<UInt8>
    /// The start of each line; the last one is the end of the piece if that ends with a line end.
    private let starts: [Int]

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        var starts = [0]
        var rest = bytes
        while let end = rest.endOfLine {
            starts.append(bytes.count - rest.count + end.next)
            rest = UnsafeBufferPointer(rebasing: rest[end.next...])
        }
        self.starts = starts
    }

    /// The line without a line end; it may be empty.
    var partial: Int { starts.count }
    var first: Int { 1 }

    func start(of line: Int) -> Int { starts[min(max(line - first, 0), starts.count - 1)] }

    /// The start of the next line.
    func end(of line: Int) -> Int {
        let index = line - first + 1
        return index < 0 ? 0 : index < starts.count ? starts[index] : bytes.count
    }

    /// The bytes of a line, with its line end.
    func bytes(of line: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[start(of: line)..<max(start(of: line), end(of: line))])
    }

    /// Whether a line has nothing but space.
    func isBlank(_ line: Int) -> Bool { line >= first && bytes(of: line).allSatisfy(\.isMarkdownSpace) }

    /// Whether a line ends the paragraph before it: a blank one, or in a quote one with its markers alone.
    func endsParagraph(_ line: Int) -> Bool {
        line >= first && bytes(of: line).allSatisfy { $0.isMarkdownSpace || $0 == UInt8(ascii: ">") }
    }
}

extension UInt8 {
    /// Space, tab, the line ends and the two other ASCII spaces.
    var isMarkdownSpace: Bool { self == 0x20 || self < 0x0E && self > 0x08 }
}

extension UnsafeBufferPointer where Element == UInt8 {
    /// The end of the first line and the start of the next; nil when there is no line end. `\n`, `\r\n` and `\r` end a line.
    var endOfLine: (end: Int, next: Int)? {
        guard let end = firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else { return nil }
        let isPair = self[end] == 0x0D && end + 1 < count && self[end + 1] == 0x0A
        return (end, end + (isPair ? 2 : 1))
    }

    /// The first line without its line end, and what follows it.
    var firstLine: (line: UnsafeBufferPointer, rest: UnsafeBufferPointer) {
        guard let found = endOfLine else {
            return (self, UnsafeBufferPointer(rebasing: self[count...]))
        }
        return (
            UnsafeBufferPointer(rebasing: self[..<found.end]),
            UnsafeBufferPointer(rebasing: self[found.next...])
        )
    }
}
