extension ReplyStream {
    /// The next piece of the answer's text, for a dialect that shows nothing else.
    func nextText() async throws -> String? {
        while let event = try await next() {
            if case .text(let piece) = event, !piece.isEmpty { return piece }
        }
        return nil
    }

    /// The answer when it has ended.
    func wholeText() async throws -> String {
        var text = ""
        while let piece = try await nextText() { text += piece }
        return text
    }
}

extension String {
    /// The text in pieces of at most so many bytes, each a whole number of characters as far as UTF-8 is concerned.
    func chunks(ofAtMost limit: Int) -> [Substring] {
        var chunks: [Substring] = []
        var rest = self[...]
        while rest.utf8.count > limit {
            var end = rest.utf8.index(rest.startIndex, offsetBy: limit)
            while rest.utf8[end].isContinuation { end = rest.utf8.index(before: end) }
            chunks.append(rest[..<end])
            rest = rest[end...]
        }
        if !rest.isEmpty { chunks.append(rest) }
        return chunks
    }
}

extension UInt8 {
    /// Whether this is not the first byte of a character in UTF-8.
    fileprivate var isContinuation: Bool { self & 0b1100_0000 == 0b1000_0000 }
}
