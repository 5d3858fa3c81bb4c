import RichText
import Settings

/// Laying out a reply and measuring text.
enum TextBenchmarks {
    static let all = [
        Benchmark("text/append", append),
        Benchmark("text/resized", resized),
        Benchmark("text/width", width),
        Benchmark("text/repeated", repeated),
        Benchmark("text/huge", huge),
    ]

    private static let kinds: [(name: String, text: @Sendable (Int) -> String)] = [
        ("prose", Samples.prose), ("code block", Samples.code), ("list", Samples.list),
        ("one paragraph", Samples.paragraph),
    ]
    private static let columns = 80

    private static func form(_ width: Int) -> MarkdownForm { MarkdownForm(width: width, languages: .builtIn) }

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
        var layout = MarkdownLayout(Self.form(columns))
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
                        var layout = MarkdownLayout(Self.form(width))
                        layout.append(text)
                        layout.finish()
                        consume(layout.lineCount)
                    }
                    return (size(length), cost / Double(length / 1000))
                })
        }
    }

    /// Pieces of which a parser may take more than twice as long for twice as many.
    private static let pieces = [
        "a@b.", ">", "> - ", "1. ", "[a](", "<", "![a](u)", "*a_ ", "[", "\\*", "~~a ", "|\n", "- a\n  ",
    ]

    /// A text of one piece, whole and streamed, page by page as the interface lays it out.
    private static func repeated() -> [Figure] {
        pieces.flatMap { piece -> [Figure] in
            let texts = [200_000, 400_000].map { String(repeating: piece, count: $0 / piece.utf8.count) }
            let name = piece.debugDescription
            return [
                Figure(
                    "each kB of \(name)", .processor,
                    texts.map { text in (size(text.utf8.count), perKB(text) { layOut(text) }) }),
                Figure(
                    "each kB of \(name), in chunks of 4 kB", .processor,
                    texts.map { text in (size(text.utf8.count), perKB(text) { stream(text) }) }),
            ]
        }
    }

    private static func perKB(_ text: String, _ body: () -> Void) -> Double {
        Rounds.processor(body) * 1000 / Double(text.utf8.count)
    }

    private static func layOut(_ text: String) {
        var cut = TextPages()
        cut.append(text)
        for page in cut.pages {
            consume(
                MarkdownLayout(Self.form(columns), finished: page.opening + text.part(page.bytes)).lineCount)
        }
    }

    private static func stream(_ text: String) {
        var cut = TextPages()
        var (layout, page, covered) = (MarkdownLayout(Self.form(columns)), 0, 0)
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: 4000) {
            let end = min(start + 4000, bytes.count)
            cut.append(String(decoding: bytes[start..<end], as: UTF8.self))
            while true {
                let range = cut.pages[page].bytes
                if range.upperBound > covered {
                    layout.append(String(decoding: bytes[covered..<range.upperBound], as: UTF8.self))
                    covered = range.upperBound
                }
                guard page + 1 < cut.pages.count else { break }
                layout.finish()
                page += 1
                layout = MarkdownLayout(Self.form(columns))
                layout.append(cut.pages[page].opening)
            }
        }
        layout.finish()
        consume(layout.lineCount)
    }

    /// Where a huge message is cut, and one of its pages.
    private static func huge() -> [Figure] {
        let lengths = [1_000_000, 64_000_000]
        return [
            Figure(
                "cutting a message into pages", .processor,
                lengths.map { length in
                    let text = Samples.prose(length)
                    let cost = Rounds.processor {
                        var cut = TextPages()
                        cut.append(text)
                        consume(cut.pages.count)
                    }
                    return (size(length), cost)
                })
        ]
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

extension String {
    fileprivate func part(_ range: Range<Int>) -> String {
        let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
        return String(decoding: utf8[start..<utf8.index(start, offsetBy: range.count)], as: UTF8.self)
    }
}
