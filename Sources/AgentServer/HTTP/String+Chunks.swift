extension String {
    /// Splits the text into pieces of at most `limit` bytes, without splitting a Unicode scalar.
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
    /// Whether this is a later byte of a scalar in UTF-8.
    fileprivate var isContinuation: Bool { self & 0b1100_0000 == 0b1000_0000 }
}
