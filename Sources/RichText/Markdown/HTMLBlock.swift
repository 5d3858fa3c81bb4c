/// Where HTML begins and ends in Markdown that is shown as source; what is in it is no Markdown.
enum HTMLBlock {
    /// What ends a block.
    enum End: Hashable, Sendable {
        case blankLine
        /// The end of the line with one of these.
        case text([StaticText])

        func isIn(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
            guard case .text(let ends) = self else { return false }
            return ends.contains { line.firstIndex(ofLowercase: $0.bytes) != nil }
        }
    }

    struct StaticText: Hashable, Sendable {
        let bytes: [UInt8]
        init(_ text: String) { bytes = Array(text.utf8) }
    }

    /// The most bytes of a tag or comment in a text.
    private static let longest = 1000

    private static let verbatim = ["script", "pre", "style", "textarea"].map { Array($0.utf8) }
    private static let verbatimEnds = ["</script>", "</pre>", "</style>", "</textarea>"].map(StaticText.init)

    private static let blockNames: Set<String> = [
        "address", "article", "aside", "base", "basefont", "blockquote", "body", "caption", "center", "col",
        "colgroup", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure",
        "footer", "form", "frame", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr",
        "html", "iframe", "legend", "li", "link", "main", "menu", "menuitem", "nav", "noframes", "ol",
        "optgroup", "option", "p", "param", "search", "section", "summary", "table", "tbody", "td", "tfoot",
        "th", "thead", "title", "tr", "track", "ul",
    ]

    /// - Parameters:
    ///   - line: from its first `<` on.
    ///   - interrupts: whether it would end a paragraph.
    /// - Returns: what ends the block that begins with the line; nil if none does.
    static func end(ofBlockIn line: UnsafeBufferPointer<UInt8>, interrupts: Bool) -> End? {
        let tag = UnsafeBufferPointer(rebasing: line.dropFirst())
        guard let first = tag.first else { return nil }
        if first == UInt8(ascii: "?") { return .text([StaticText("?>")]) }
        if first == UInt8(ascii: "!") {
            if tag.starts(with: "!--".utf8) { return .text([StaticText("-->")]) }
            if tag.starts(with: "![CDATA[".utf8) { return .text([StaticText("]]>")]) }
            return tag.count > 1 && tag[1].isLetter ? .text([StaticText(">")]) : nil
        }
        let isClosing = first == UInt8(ascii: "/")
        let name = tag.dropFirst(isClosing ? 1 : 0).prefix(12).prefix { $0.isLetter || $0 &- 0x30 < 10 }
        let after = name.endIndex < tag.count ? tag[name.endIndex] : 0x20
        let lower = name.map { $0 | 0x20 }
        if !isClosing, verbatim.contains(lower), after.isMarkdownSpace || after == UInt8(ascii: ">") {
            return .text(verbatimEnds)
        }
        if after.isMarkdownSpace || after == UInt8(ascii: ">")
            || after == UInt8(ascii: "/") && name.endIndex + 1 < tag.count
                && tag[name.endIndex + 1] == UInt8(ascii: ">"),
            blockNames.contains(String(decoding: name.map { $0.isLetter ? $0 | 0x20 : $0 }, as: UTF8.self))
        {
            return .blankLine
        }
        if InlineTag.Kind(String(decoding: lower, as: UTF8.self)) != nil || lower.elementsEqual("br".utf8) {
            return nil
        }
        guard !interrupts, let end = endOfTag(in: line, at: 0), line[end...].allSatisfy(\.isMarkdownSpace)
        else {
            return nil
        }
        return .blankLine
    }

    /// The number of `</details>` in a text.
    static func endsOfDetails(in text: UnsafeBufferPointer<UInt8>) -> Int {
        var (count, start) = (0, 0)
        while let mark = text[start...].firstIndex(of: UInt8(ascii: "<")) {
            let tag = UnsafeBufferPointer(rebasing: text[mark...].prefix(detailsEnd.count))
            if tag.firstIndex(ofLowercase: detailsEnd) == 0 { count += 1 }
            start = mark + 1
        }
        return count
    }

    private static let detailsEnd = Array("</details>".utf8)

    /// The end of the tag, comment or the like that begins at `start`.
    static func endOfInline(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
        let limit = min(bytes.count, start + longest)
        let part = UnsafeBufferPointer(rebasing: bytes[start..<limit])
        func end(after text: String, from: Int) -> Int? {
            guard from <= part.count else { return nil }
            let rest = UnsafeBufferPointer(rebasing: part[from...])
            return rest.firstIndex(ofLowercase: Array(text.utf8)).map { start + from + $0 + text.utf8.count }
        }
        guard part.count > 2 else { return nil }
        switch part[1] {
        case UInt8(ascii: "?"): return end(after: "?>", from: 2)
        case UInt8(ascii: "!"):
            if part.starts(with: "<!-->".utf8) { return start + 5 }
            if part.starts(with: "<!--->".utf8) { return start + 6 }
            if part.starts(with: "<!--".utf8) { return end(after: "-->", from: 4) }
            if part.starts(with: "<![CDATA[".utf8) { return end(after: "]]>", from: 9) }
            return part[2].isLetter ? end(after: ">", from: 3) : nil
        default: return endOfTag(in: part, at: 0).map { start + $0 }
        }
    }

    /// The end of an opening or closing tag.
    static func endOfTag(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
        var index = start + 1
        func byte() -> UInt8 { index < bytes.count ? bytes[index] : 0 }
        func skipSpace() -> Bool {
            let start = index
            while byte().isMarkdownSpace { index += 1 }
            return index > start
        }
        let isClosing = byte() == UInt8(ascii: "/")
        if isClosing { index += 1 }
        guard byte().isLetter else { return nil }
        while byte().isLetter || byte() &- 0x30 < 10 || byte() == UInt8(ascii: "-") { index += 1 }
        if isClosing {
            _ = skipSpace()
            return byte() == UInt8(ascii: ">") ? index + 1 : nil
        }
        while true {
            let hasSpace = skipSpace()
            switch byte() {
            case UInt8(ascii: ">"): return index + 1
            case UInt8(ascii: "/"):
                index += 1
                return byte() == UInt8(ascii: ">") ? index + 1 : nil
            case let first
            where hasSpace && (first.isLetter || first == UInt8(ascii: "_") || first == UInt8(ascii: ":")):
                while byte().isAttributeName { index += 1 }
                let end = index
                _ = skipSpace()
                guard byte() == UInt8(ascii: "=") else {
                    index = end
                    continue
                }
                index += 1
                _ = skipSpace()
                guard skipValue(bytes, &index) else { return nil }
            default: return nil
            }
        }
    }

    private static func skipValue(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Bool {
        guard index < bytes.count else { return false }
        let quote = bytes[index]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            guard let end = bytes[(index + 1)...].firstIndex(of: quote) else { return false }
            index = end + 1
            return true
        }
        let value = bytes[index...].prefix { !$0.isMarkdownSpace && !"\"'=<>`".utf8.contains($0) }
        index = value.endIndex
        return !value.isEmpty
    }
}

extension UInt8 {
    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

    fileprivate var isAttributeName: Bool {
        isLetter || self &- 0x30 < 10 || self == UInt8(ascii: "_") || self == UInt8(ascii: ".")
            || self == UInt8(ascii: ":") || self == UInt8(ascii: "-")
    }
}

extension UnsafeBufferPointer where Element == UInt8 {
    /// Where `text`, which is in lower case, first is, in any case.
    func firstIndex(ofLowercase text: [UInt8]) -> Int? {
        guard count >= text.count else { return nil }
        return (0...(count - text.count)).first { start in
            text.indices.allSatisfy { offset in
                let byte = self[start + offset]
                return byte == text[offset] || byte.isLetter && byte | 0x20 == text[offset]
            }
        }
    }
}
