import RichText

/// Laying out a reply and measuring text.
enum TextBenchmarks {
    static let all = [
        Benchmark("text/append", append),
        Benchmark("text/resized", resized),
        Benchmark("text/width", width),
    ]

    private static let kinds: [(name: String, text: @Sendable (Int) -> String)] = [
        ("prose", Samples.prose), ("code block", Samples.code), ("list", Samples.list),
        ("one paragraph", Samples.paragraph),
    ]
    private static let columns = 80

    /// A chunk of 20 bytes on a reply that is already so long.
    private static func append() -> [Figure] {
        kinds.map { kind in
            Figure(
                "a chunk on a reply, \(kind.name)", .processor,
                [1000, 100_000, 1_000_000].map { (size($0), cost(ofChunkAfter: $0, of: kind.text)) })
        }
    }

    private static func cost(ofChunkAfter length: Int, of text: (Int) -> String) -> Double {
        let all = text(length + 1000)
        let chunks = Samples.chunks(String(decoding: all.utf8.dropFirst(length), as: UTF8.self))
        var layout = MarkdownLayout(width: columns)
        layout.append(String(decoding: all.utf8.prefix(length - 20), as: UTF8.self))
        let costs = (0..<7).map { _ in
            var layout = layout
            // The first change copies what the two have in common.
            layout.append("twenty bytes of text")
            let start = threadTime()
            for chunk in chunks { layout.append(chunk) }
            consume(layout.lineCount)
            return (threadTime() - start) / Double(chunks.count)
        }
        return costs.median
    }

    private static func resized() -> [Figure] {
        kinds.map { kind in
            Figure(
                "another width, each kB, \(kind.name)", .processor,
                [10_000, 1_000_000].map { length in
                    let text = kind.text(length)
                    var width = columns
                    let cost = Rounds.processor {
                        width = width == columns ? columns / 2 : columns
                        var layout = MarkdownLayout(width: width)
                        layout.append(text)
                        layout.finish()
                        consume(layout.lineCount)
                    }
                    return (size(length), cost / Double(length / 1000))
                })
        }
    }

    private static func width() -> [Figure] {
        let texts: [(String, (Int) -> String)] = [
            ("ASCII", Samples.prose), ("Chinese", Samples.chinese), ("emoji", Samples.emoji),
        ]
        return texts.map { name, text in
            Figure(
                "width of each kB, \(name)", .processor,
                [1000, 100_000].map { length in
                    let text = text(length)
                    let cost = Rounds.processor { consume(Glyphs.width(text)) }
                    return (size(length), cost * 1000 / Double(text.utf8.count))
                })
        }
    }
}
