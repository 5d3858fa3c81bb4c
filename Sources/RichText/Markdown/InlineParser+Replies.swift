// Parts of text that replies have and CommonMark does not: mathematics, footnotes, tags that are drawn.

extension InlineParser {
    mutating func readDollars() {
        if let end = MathSpan.end(in: bytes, at: index) { return append(.math(index..<end), upTo: end) }
        index += MathSpan.run(in: bytes, at: index)
    }

    /// - Returns: whether there is a footnote.
    mutating func readFootnote() -> Bool {
        guard let definitions, let label = FootnoteLabel(bytes, at: index),
            definitions.hasFootnote(bytes[label.bytes])
        else { return false }
        append(.footnote(label.bytes), upTo: label.end)
        return true
    }

    /// Tags without their other half are shown.
    mutating func matchTags() {
        var open: [InlineTag.Kind: [Int]] = [:]
        for (token, tag) in tags {
            if !tag.isClosing {
                open[tag.kind, default: []].append(token)
            } else if let opening = open[tag.kind]?.popLast() {
                tokens[opening] = .openTag(tag.kind)
                tokens[token] = .closeTag(tag.kind)
                if token == opening + 2 { makeSmall(opening + 1, tag.kind) }
            }
        }
    }

    /// What is between two tags becomes small characters, if there are such.
    private mutating func makeSmall(_ token: Int, _ kind: InlineTag.Kind) {
        guard kind == .sub || kind == .sup, case .text(let range) = tokens[token],
            let small = kind == .sub ? SmallText.lowered(self[range]) : SmallText.raised(self[range])
        else { return }
        tokens[token - 1] = .text(0..<0)
        tokens[token] = .character(small)
        tokens[token + 1] = .text(0..<0)
    }
}
