/// Cuts a text into pages, each of which is laid out by itself, so that the work and memory for a text of any length depend on what
/// is shown of it. A text that streams in is cut as it arrives; where it is cut depends on the text alone, not on its chunks.
///
/// A page ends before a paragraph, if there is one in time, else at a line end, else anywhere. Where it ends inside a code block or a
/// table, the next one begins with the fence or the header again.
public struct TextPages: Sendable {
    public struct Page: Hashable, Sendable {
        /// Its bytes in the text, as UTF-8.
        public fileprivate(set) var bytes: Range<Int>
        /// What is put in front of its text for the layout.
        public fileprivate(set) var opening = ""
        /// Whether a blank line is between it and the page before.
        public fileprivate(set) var followsBlank = false
    }

    /// The bytes of a page from which on it ends: before a paragraph, at a blank line, at a line end, anywhere.
    struct Limits: Hashable, Sendable {
        var paragraph = 24 << 10
        var blank = 40 << 10
        var line = 48 << 10
        var any = 64 << 10
    }

    /// At least one; the last one goes on to the end of the text.
    public private(set) var pages = [Page(bytes: 0..<0)]

    private let limits: Limits
    /// Whether blocks of code and tables are continued with their beginning.
    private let readsMarkdown: Bool
    /// The start of the line being read, and its bytes so far that are not in the chunk being read.
    private var lineStart = 0
    private var line: [UInt8] = []
    /// What of a line is looked at.
    private static let longestLine = 1 << 10
    private var wasBlank = false
    /// The line that opened the code block that is being read, and its fence.
    private var fence: (line: [UInt8], fence: CodeFence)?
    private var nestedFences = 0
    /// The header of the table that is being read, and the line before if it has a bar.
    private var header: [UInt8]?
    private var lastRow: [UInt8] = []

    public init() { self.init(limits: Limits()) }

    /// Of a text that is not Markdown: its pages end at line ends alone, if there are any.
    public static var ofLines: TextPages {
        TextPages(limits: Limits(paragraph: 48 << 10, any: 1 << 20), readsMarkdown: false)
    }

    /// The fence that closes the code block in which a text ends; nil if it does not end in one.
    public static func unclosedFence(of text: String) -> String? {
        var pages = TextPages()
        pages.append(text.hasSuffix("\n") ? text : text + "\n")
        guard let fence = pages.fence?.fence else { return nil }
        return String(decoding: repeatElement(fence.character, count: fence.length), as: UTF8.self)
    }

    init(limits: Limits, readsMarkdown: Bool = true) {
        self.limits = limits
        self.readsMarkdown = readsMarkdown
    }

    /// The bytes of the text.
    public var count: Int { pages[pages.count - 1].bytes.upperBound }

    /// Adds a part of the text, cut between two scalars.
    public mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        let start = count
        var index = 0
        while index < bytes.count {
            if lineStart == start + index { beginLine(with: bytes[index], at: lineStart) }
            let end = bytes.index(of: 0x0A, from: index)
            let next = end.map { $0 + 1 } ?? bytes.count
            if start + next - pageStart > limits.any { cut(bytes, upTo: next, at: start) }
            let seen = bytes[index..<min(end ?? bytes.count, index + max(0, Self.longestLine - line.count))]
            index = next
            if end == nil {
                line.append(contentsOf: seen)
            } else {
                endLine(seen)
                lineStart = start + index
            }
        }
        endLastPage(at: start + bytes.count)
    }

    private var pageStart: Int { pages[pages.count - 1].bytes.lowerBound }

    private mutating func endLastPage(at end: Int) {
        pages[pages.count - 1].bytes = pageStart..<end
    }

    /// - Parameter rest: what of the line is not in ``line``.
    private mutating func endLine(_ rest: Slice<UnsafeBufferPointer<UInt8>>) {
        guard !line.isEmpty else { return endLine(UnsafeBufferPointer(rebasing: rest)) }
        var whole: [UInt8] = []
        swap(&whole, &line)
        whole.append(contentsOf: rest)
        whole.withUnsafeBufferPointer { endLine($0) }
    }

    /// Cuts a line that is too long.
    /// - Parameter start: where the bytes are in the text.
    private mutating func cut(_ bytes: UnsafeBufferPointer<UInt8>, upTo end: Int, at start: Int) {
        while start + end - pageStart > limits.any {
            let boundary = start + bytes.scalarBoundary(at: pageStart + limits.any - start)
            guard boundary > pageStart, boundary < start + end else { return }
            beginPage(at: boundary, followsBlank: false, opening: opening)
        }
    }

    private var opening: String {
        if let fence { return String(decoding: fence.line, as: UTF8.self) + "\n" }
        return ""
    }

    /// Decides whether the line that begins here begins a page.
    private mutating func beginLine(with first: UInt8, at offset: Int) {
        let length = offset - pageStart
        guard length >= limits.paragraph else { return }
        if !readsMarkdown {
            beginPage(at: offset, followsBlank: false, opening: "")
        } else if fence == nil, wasBlank {
            if length >= limits.blank || isParagraphStart(first) {
                beginPage(at: offset, followsBlank: true, opening: "")
            }
        } else if length >= limits.line {
            let table = fence == nil ? header : nil
            beginPage(
                at: offset, followsBlank: false,
                opening: table.map { String(decoding: $0, as: UTF8.self) } ?? opening)
        }
    }

    /// Whether what begins so does not continue a list or a quote.
    private func isParagraphStart(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x0A, 0x0D, 0x20, 0x09, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ">"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            false
        default: true
        }
    }

    private mutating func beginPage(at offset: Int, followsBlank: Bool, opening: String) {
        endLastPage(at: offset)
        pages.append(Page(bytes: offset..<offset, opening: opening, followsBlank: followsBlank))
    }

    /// Notes what the line that has ended means for those after it.
    private mutating func endLine(_ line: UnsafeBufferPointer<UInt8>) {
        guard readsMarkdown else { return }
        var first = 0
        while first < line.count, line[first].isMarkdownSpace { first += 1 }
        wasBlank = first == line.count
        if wasBlank {
            header = nil
            lastRow = []
        } else if let open = fence {
            guard line[first] == open.fence.character else { return }
            if open.fence.closes(line, nested: &nestedFences) { fence = nil }
        } else if line[first] == UInt8(ascii: "`") || line[first] == UInt8(ascii: "~"),
            let opened = CodeFence(opening: line)
        {
            fence = (Array(line), opened)
            nestedFences = 0
            header = nil
        } else if line.index(of: UInt8(ascii: "|"), from: 0) != nil {
            if header == nil, !lastRow.isEmpty, isTableRule(line) {
                header = lastRow + [0x0A] + line + [0x0A]
            }
            lastRow = Array(line)
        } else if !lastRow.isEmpty {
            lastRow = []
        }
    }

    private func isTableRule(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        line.contains(UInt8(ascii: "-"))
            && line.allSatisfy {
                $0.isMarkdownSpace || $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ":")
            }
    }
}

extension UnsafeBufferPointer where Element == UInt8 {
    /// Where a byte first is, eight bytes at a time.
    fileprivate func index(of byte: UInt8, from start: Int) -> Int? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let wanted = ones &* UInt64(byte)
        let raw = UnsafeRawBufferPointer(self)
        var index = start
        while index + 8 <= count {
            let word =
                UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)) ^ wanted
            let found = (word &- ones) & ~word & (ones << 7)
            if found != 0 { return index + found.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < count {
            if self[index] == byte { return index }
            index += 1
        }
        return nil
    }
}

extension CodeFence {
    /// The fence of a line that opens a code block.
    init?(opening line: UnsafeBufferPointer<UInt8>) {
        let indent = line.prefix(4).prefix { $0 == 0x20 }.count
        guard indent < 4, indent < line.count,
            line[indent] == UInt8(ascii: "`") || line[indent] == UInt8(ascii: "~")
        else { return nil }
        let mark = line[indent]
        let length = line[indent...].prefix { $0 == mark }.count
        guard length >= 3, mark == UInt8(ascii: "~") || !line[(indent + length)...].contains(mark) else {
            return nil
        }
        self.init(character: mark, length: length, indent: indent)
    }
}
