/// Texts of a given length to work on, the same in every run.
enum Samples {
    /// Paragraphs with some Markdown in them.
    static func prose(_ bytes: Int) -> String {
        repeated(
            """
            The *reply* streams in piece by piece, and what is **finished** stays as it is. A [link](https://example.org/a/b) \
            stands here, `code` there, and the sentence goes on until the paragraph has the length of one that a model writes.

            """ + "\n", bytes)
    }

    /// One paragraph without a line end.
    static func paragraph(_ bytes: Int) -> String {
        repeated(
            "The words of one paragraph go on and on, for whoever writes them never ends the line. ", bytes)
    }

    /// One code block that is still open.
    static func code(_ bytes: Int) -> String {
        repeated(
            """
            func total(of items: [Item], tax: Double = 0.19) -> Double {
                // Sums up what is in the basket.
                let net = items.reduce(0) { $0 + $1.price * Double($1.count) }
                return net * (1 + tax)
            }

            """, bytes, after: "```swift\n")
    }

    /// One list of many items.
    static func list(_ bytes: Int) -> String {
        repeated("- An item of a list that says **something** in about as many words as a line has\n", bytes)
    }

    static func chinese(_ bytes: Int) -> String {
        String(repeating: "终端里的对话逐字出现，", count: max(1, bytes / 33))
    }
    static func emoji(_ bytes: Int) -> String {
        String(repeating: "😀👍🏽🇩🇪👩‍💻❤️", count: max(1, bytes / 42))
    }

    /// ASCII text in pieces of so many bytes.
    static func chunks(_ text: String, of bytes: Int = 20) -> [String] {
        let all = Array(text.utf8)
        return stride(from: 0, to: all.count, by: bytes).map { start in
            String(decoding: all[start..<min(all.count, start + bytes)], as: UTF8.self)
        }
    }

    private static func repeated(_ text: String, _ bytes: Int, after start: String = "") -> String {
        var result = start
        result.reserveCapacity(bytes + text.utf8.count)
        while result.utf8.count < bytes { result += text }
        return String(decoding: Array(result.utf8.prefix(bytes)), as: UTF8.self)
    }
}

/// Lengths as they are written in the figures.
func size(_ bytes: Int) -> String {
    bytes >= 1_000_000 ? "\(bytes / 1_000_000) MB" : "\(bytes / 1000) kB"
}
