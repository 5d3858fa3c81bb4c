import Foundation
import Settings
import TestSupport
import Testing

@testable import RichText

/// A sample of each language and how it is coloured.
@Suite(.timeLimit(.scaled(minutes: 5))) struct HighlighterTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden/Code")
    static let languages = LanguageCatalog.builtIn.all.map(\.name)

    static func sample(_ language: String) throws -> String {
        try String(contentsOf: folder.appending(path: "\(language).code"), encoding: .utf8)
    }

    static func fenced(_ language: String) throws -> String {
        // A sample may have fences of its own.
        "`````\(language)\n\(try sample(language))`````\n"
    }

    static func laidOut(_ chunks: [String], languages: LanguageCatalog = .builtIn) -> MarkdownLayout {
        var layout = MarkdownLayout(MarkdownForm(width: 80, languages: languages))
        for chunk in chunks { layout.append(chunk) }
        layout.finish()
        return layout
    }

    /// The parts of code with a role of their own, as `role:text`.
    static func read(_ code: String, _ language: Language) -> [String] {
        var highlighter = Highlighter(language)
        return code.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
            var line = String(line)
            return line.withUTF8 { bytes in
                var start = 0
                return highlighter.tokens(of: bytes).compactMap { token in
                    defer { start = token.end }
                    guard token.role != .codeBlock else { return nil }
                    let text = String(decoding: bytes[start..<token.end], as: UTF8.self)
                    return token.role.rawValue.dropFirst(5) + ":" + text
                }
            }
        }
    }

    @Test("A sample is coloured as recorded", arguments: languages)
    func colours(language: String) throws {
        let canvas = MarkdownGoldenTests.drawn(Self.laidOut([try Self.fenced(language)]))
        let difference = Golden.difference(canvas, name: language, folder: "../Golden/Code")
        #expect(difference == nil, "\(difference ?? "")")
    }

    @Test("Each kind of token that a language has is in its sample", arguments: languages)
    func kinds(language: String) throws {
        let layout = Self.laidOut([try Self.fenced(language)])
        let found = Set((0..<layout.lineCount).flatMap { layout[$0].spans.map(\.role) })
        let missing = try #require(LanguageCatalog.builtIn.named(language)).roles.subtracting(found)
        #expect(missing.isEmpty, "\(language)")
    }

    @Test("The chunks that code comes in make no difference", arguments: languages)
    func chunks(language: String) throws {
        let source = try Self.fenced(language)
        let whole = Self.laidOut([source])
        var random = SeededRandom(seed: 7)
        for longest in [1, 3, 3, 12, 40] {
            let split = Self.laidOut(random.split(source, longest: longest))
            #expect((0..<whole.lineCount).map { whole[$0] } == (0..<split.lineCount).map { split[$0] })
        }
    }

    @Test("The tokens of a line cover it, whatever is in it", arguments: languages)
    func covers(language: String) throws {
        let known = try #require(LanguageCatalog.builtIn.named(language))
        var highlighter = Highlighter(known)
        var random = SeededRandom(seed: 11)
        let sample = try Array(Self.sample(language).utf8)
        for _ in 0..<300 {
            let line = (0..<random.number(0...60)).map { _ in random.pick(sample) }.filter { $0 != 0x0A }
            line.withUnsafeBufferPointer { bytes in
                let tokens = highlighter.tokens(of: bytes)
                #expect(tokens.last?.end ?? 0 == bytes.count)
                #expect(zip(tokens, tokens.dropFirst()).allSatisfy { $0.end < $1.end })
            }
        }
    }

    @Test("The work for a block that streams in does not grow with the lines before it", arguments: languages)
    func linear(language: String) throws {
        let sample = try Self.sample(language)
        let works = [4_000, 32_000].map { size in
            var layout = MarkdownLayout(MarkdownForm(width: 80, languages: .builtIn))
            layout.append("`````\(language)\n")
            for _ in 0..<(size / sample.utf8.count + 1) { layout.append(sample) }
            return Double(layout.stream.work) / Double(layout.text.utf8.count)
        }
        #expect(works[1] < 2 * works[0])
    }

    @Test("Names are found in any case, by their aliases too") func names() {
        let catalog = LanguageCatalog.builtIn
        #expect(catalog.named("py")?.name == "python")
        #expect(catalog.named("C++")?.name == "cpp")
        #expect(catalog.named("Dockerfile")?.name == "dockerfile")
        #expect(catalog.named("tsx")?.name == "typescript")
        #expect(catalog.named("brainfuck") == nil)
        #expect(LanguageCatalog.empty.named("swift") == nil)
    }

    @Test("Comments nest where the language says so") func nesting() {
        var language = Language(name: "x")
        language.blockComments = [.init(open: "(*", close: "*)", nests: true)]
        #expect(
            Self.read("(* a (* b *)\nc *) 1", language) == [
                "comment:(* a (* b *)", "comment:c *)", "number:1",
            ])
        language.blockComments[0].nests = false
        #expect(Self.read("(* a (* b *) 1", language) == ["comment:(* a (* b *)", "number:1"])
    }

    @Test("Strings, prefixes and line starts") func parts() {
        var language = Language(name: "x")
        language.quotations = [
            .init(open: "[[", close: "]]", escapes: false, isMultiline: true), .init(open: "'", close: "'"),
        ]
        language.prefixes = ["@": .codeType, "\\": .codeKeyword]
        language.lineComments = ["%"]
        language.startComments = [";"]
        language.lineStarts = [
            .init("$ ", role: .codeFunction, isRestCode: true), .init("=", role: .codeComment),
        ]
        #expect(
            Self.read("[[a\n'b]] 'c\\'d' @e", language) == [
                "string:[[a", "string:'b]]", "string:'c\\'d'", "type:@e",
            ])
        #expect(
            Self.read("\\alpha 5\\% % c", language) == [
                "keyword:\\alpha", "number:5", "keyword:\\%", "comment:% c",
            ])
        #expect(
            Self.read("$ 1\n=a 1\n  ; x\n1 ; x", language) == [
                "function:$ ", "number:1", "comment:=a 1", "comment:  ; x", "number:1",
            ])
        language.readsOtherLines = false
        #expect(Self.read("$ 1\n1", language) == ["function:$ ", "number:1"])
    }
}

extension Language {
    /// What its code is coloured with.
    fileprivate var roles: Set<StyleRole> {
        var roles = Set(prefixes.values).union(lineStarts.map(\.role))
        if !keywords.isEmpty || hasTags { roles.insert(.codeKeyword) }
        if !lineComments.isEmpty || !startComments.isEmpty || !blockComments.isEmpty {
            roles.insert(.codeComment)
        }
        if !quotations.isEmpty { roles.insert(.codeString) }
        if !types.isEmpty || capitalsAreTypes || hasTags { roles.insert(.codeType) }
        if keys != nil { roles.insert(.codeFunction) }
        return roles
    }
}
