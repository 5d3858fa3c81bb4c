import SessionCore

extension Step {
    /// Input and output, one below the other; blank parts are left out.
    static func detail(_ parts: String?...) -> String {
        parts.compactMap { text in
            text.flatMap { $0.contains { !$0.isWhitespace } ? $0.trimmingLineEnds : nil }
        }.joined(separator: "\n\n")
    }
}

extension String {
    fileprivate var trimmingLineEnds: String {
        var text = self
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
