import TestSupport
import Testing

@testable import RichText

/// Where a long text is cut into pages.
@Suite(.ownThread) struct TextPagesTests {
    static let limits = TextPages.Limits(paragraph: 40, blank: 80, line: 100, any: 140)

    static func pages(_ text: String, _ limits: TextPages.Limits = limits) -> TextPages {
        var pages = TextPages(limits: limits)
        pages.append(text)
        return pages
    }

    static func texts(_ text: String) -> [String] {
        pages(text).pages.map { $0.opening + String(decoding: Array(text.utf8)[$0.bytes], as: UTF8.self) }
    }

    @Test("The chunks make no difference, and the pages are the text", arguments: 0..<6)
    func chunks(seed: Int) {
        var random = SeededRandom(seed: UInt64(800 + seed))
        for _ in 0..<200 {
            let text = (0..<random.number(0...60)).map { _ in
                random.pick(MarkdownStreamTests.pieces)
            }.joined()
            let whole = Self.pages(text).pages
            var split = TextPages(limits: Self.limits)
            for chunk in random.split(text, longest: random.pick([1, 5, 50])) { split.append(chunk) }
            #expect(split.pages == whole, "\(text.debugDescription)")
            #expect(whole.first?.bytes.lowerBound == 0)
            #expect(whole.last?.bytes.upperBound == text.utf8.count)
            #expect(zip(whole, whole.dropFirst()).allSatisfy { $0.bytes.upperBound == $1.bytes.lowerBound })
            #expect(whole.allSatisfy { $0.bytes.count <= Self.limits.any })
            for page in whole {
                let bytes = Array(text.utf8)[page.bytes]
                #expect(String(decoding: bytes, as: UTF8.self).utf8.count == bytes.count)
            }
        }
    }

    @Test func `a page begins with a paragraph`() {
        let text = (1...6).map { "Paragraph \($0) has words.\n\n" }.joined()
        let texts = Self.texts(text)
        #expect(texts.count > 1)
        #expect(texts.allSatisfy { $0.hasPrefix("Paragraph") })
        #expect(Self.pages(text).pages.dropFirst().allSatisfy { $0.followsBlank })
    }

    @Test func `a code block goes on with its fence`() {
        let text = "```swift\n" + (1...12).map { "let number\($0) = \($0)\n" }.joined() + "```\n"
        let texts = Self.texts(text)
        #expect(texts.count > 1)
        #expect(texts.allSatisfy { $0.hasPrefix("```swift\n") })
    }

    @Test func `a table goes on with its header`() {
        let text = "| a | b |\n|---|---|\n" + (1...20).map { "| row \($0) | x |\n" }.joined()
        let texts = Self.texts(text)
        #expect(texts.count > 1)
        #expect(texts.allSatisfy { $0.hasPrefix("| a | b |\n|---|---|\n") })
    }

    @Test func `a line without an end is cut between scalars`() {
        let text = String(repeating: "é", count: 500)
        #expect(Self.texts(text).joined() == text)
        #expect(Self.texts(text).allSatisfy { !$0.contains("\u{FFFD}") })
    }
}
