// Blocks that replies have and CommonMark does not: footnotes, alerts, mathematics, and text to be unfolded.

extension BlockParser {
    /// `[^label]: text`; further lines are indented.
    mutating func startFootnote() -> Start? {
        guard depth < MarkdownTree.deepest, let label = FootnoteLabel(cursor.rest, at: 0) else { return nil }
        let rest = cursor.rest
        guard label.end < rest.count, rest[label.end] == UInt8(ascii: ":") else { return nil }
        definitions?.addFootnote(rest[label.bytes])
        begin(.footnote) {
            $0.info = String(decoding: rest[label.bytes], as: UTF8.self)
            $0.itemIndent = 4
        }
        cursor.skipBlanks()
        cursor.advance(columns: label.end + 1)
        cursor.skipBlanks()
        return .container
    }

    /// A quote whose first line names a kind of alert is one.
    mutating func makeAlert(_ quote: Int, _ paragraph: Int) {
        let content = nodes[paragraph].content
        let alert = text[content].withUnsafeBufferPointer { bytes in
            let end = bytes.firstIndex(of: 0x0A)
            return Alert(bytes[..<(end ?? bytes.count)]).map { ($0, end.map { $0 + 1 } ?? bytes.count) }
        }
        guard let (kind, length) = alert else { return }
        nodes[quote].alert = kind
        nodes[paragraph].content = content.dropFirst(length)
        if nodes[paragraph].content.isEmpty { nodes[paragraph].kind = .nothing }
    }

    /// A formula of several lines.
    mutating func startMath() -> Start? {
        guard MathSpan.opensBlock(cursor.rest) else { return nil }
        begin(.math)
        cursor.skipBlanks()
        return .leaf
    }

    /// A line with the tags of what can be unfolded, or with line breaks alone. What is between the tags is Markdown.
    mutating func startDetails() -> Start? {
        guard let line = DetailsLine(cursor.rest) else { return nil }
        if line.isBreak, nodes[tip].kind == .paragraph { return nil }
        let rest = cursor.rest
        var opened = line.opened
        func opening(_ node: inout MarkdownNode) {
            node.openedDetails = opened
            opened = []
        }
        if let summary = line.summary, !summary.isEmpty {
            begin(.summary, opening)
            text.append(contentsOf: rest[summary])
            nodes[tip].content = nodes[tip].content.lowerBound..<text.count
            if line.body?.isEmpty ?? true { nodes[tip].closedDetails = line.closed }
            close()
        }
        if let body = line.body, !body.isEmpty {
            begin(.paragraph, opening)
            text.append(contentsOf: rest[body])
            text.append(0x0A)
            nodes[tip].content = nodes[tip].content.lowerBound..<text.count
            guard line.closed > 0 else { return .wholeLine }
            nodes[tip].closedDetails = line.closed
            close()
        } else if line.summary?.isEmpty ?? true {
            begin(.hidden, opening)
            nodes[tip].closedDetails = line.closed
            close()
        }
        return .wholeLine
    }
}

/// A line of `<details>`, `<summary>` and their ends, with the text between them.
private struct DetailsLine {
    private(set) var summary: Range<Int>?
    private(set) var body: Range<Int>?
    /// The tags that open, and the number of those that close.
    private(set) var opened: [DetailsMark.Opening] = []
    private(set) var closed = 0
    /// Whether it has only `<br>`.
    private(set) var isBreak = false

    private static let summaryEnd = HTMLBlock.StaticText("</summary>")
    private static let detailsEnd = HTMLBlock.StaticText("</details>")
    private static let open = Array(" open".utf8)

    init?(_ line: UnsafeBufferPointer<UInt8>) {
        var index = 0
        var isFound = false
        tags: while index < line.count, line[index] == UInt8(ascii: "<"),
            let end = HTMLBlock.endOfTag(in: line, at: index)
        {
            let name = line[index..<end].dropFirst().prefix { $0.isLetter || $0 == UInt8(ascii: "/") }
            switch String(decoding: name, as: UTF8.self).lowercased() {
            case "details":
                let attributes = UnsafeBufferPointer(rebasing: line[name.endIndex..<end])
                opened.append(attributes.firstIndex(ofLowercase: Self.open) == nil ? .closed : .open)
                index = end
            case "/details":
                if opened.popLast() == nil { closed += 1 }
                index = end
            case "/summary": index = end
            case "summary":
                let length = UnsafeBufferPointer(rebasing: line[end...]).firstIndex(
                    ofLowercase: Self.summaryEnd.bytes)
                let close = length.map { end + $0 } ?? line.count
                summary = line[end..<close].trimmingMarkdownSpace.indices
                index = length == nil ? close : close + Self.summaryEnd.bytes.count
            case "br", "br/":
                guard !isFound || isBreak else { return nil }
                isBreak = true
                index = end
            default: break tags
            }
            isFound = true
            while index < line.count, line[index].isMarkdownSpace { index += 1 }
        }
        guard isFound, !isBreak || index == line.count else { return nil }
        finish(line, from: index)
    }

    private mutating func finish(_ line: UnsafeBufferPointer<UInt8>, from start: Int) {
        let text = line[start...].trimmingMarkdownSpace
        let length = Self.detailsEnd.bytes.count
        let tail = UnsafeBufferPointer(rebasing: text.suffix(length))
        let isClosed = tail.firstIndex(ofLowercase: Self.detailsEnd.bytes) == 0
        if isClosed { closed += 1 }
        body = (isClosed ? text.dropLast(length) : text).trimmingMarkdownSpace.indices
    }
}

/// The label of a footnote in brackets.
struct FootnoteLabel {
    let bytes: Range<Int>
    /// Behind the bracket.
    var end: Int { bytes.upperBound + 1 }

    private static let longest = 64

    /// Digits, or a word: `[^0-9]` and `[^a-z]` are no footnotes but what people write of patterns.
    init?(_ text: UnsafeBufferPointer<UInt8>, at start: Int) {
        guard start + 3 < text.count, text[start] == UInt8(ascii: "["), text[start + 1] == UInt8(ascii: "^")
        else { return nil }
        let label = text[(start + 2)...].prefix(Self.longest).prefix {
            $0.isLetter || $0 &- 0x30 < 10 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 >= 0x80
        }
        guard let first = label.first, label.endIndex < text.count,
            text[label.endIndex] == UInt8(ascii: "]")
        else { return nil }
        let isNumber = label.allSatisfy { $0 &- 0x30 < 10 }
        let isWord = first.isLetter && label.count > 1 && label[label.startIndex + 1] != UInt8(ascii: "-")
        guard isNumber || isWord || first >= 0x80 else { return nil }
        bytes = label.indices
    }
}
