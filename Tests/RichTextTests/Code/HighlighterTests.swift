import Foundation
import TestSupport
import Testing

@testable import RichText

/// A sample of each language and how it is coloured.
@Suite(.timeLimit(.scaled(minutes: 5))) struct HighlighterTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden/Code")
    static let languages = Language.all.keys.sorted()

    static func sample(_ language: String) throws -> String {
        try String(contentsOf: folder.appending(path: "\(language).code"), encoding: .utf8)
    }

    static func fenced(_ language: String) throws -> String {
        "```\(language)\n\(try sample(language))```\n"
    }

    static func laidOut(_ chunks: [String]) -> MarkdownLayout {
        var layout = MarkdownLayout(width: 80)
        for chunk in chunks { layout.append(chunk) }
        layout.finish()
        return layout
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
        let missing = try #require(Language.all[language]).roles.subtracting(found)
        #expect(missing.isEmpty)
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

    @Test("Every alias means a language") func aliases() {
        for name in Language.aliases.values { #expect(Language.all[name] != nil, "\(name)") }
        #expect(Language.named("py") != nil)
        #expect(Language.named("brainfuck") == nil)
    }
}

extension Language {
    /// What its code is coloured with.
    fileprivate var roles: Set<StyleRole> {
        switch shape {
        case .diff: return [.codeAdded, .codeRemoved, .codeFunction, .codeComment]
        case .markup: return [.codeKeyword, .codeType, .codeString, .codeComment]
        case .words, .json, .keys: break
        }
        var roles: Set<StyleRole> = [.codeNumber, .codeFunction]
        if !keywords.isEmpty { roles.insert(.codeKeyword) }
        if !lineComments.isEmpty || blockComment != nil { roles.insert(.codeComment) }
        if !quotes.isEmpty { roles.insert(.codeString) }
        let hasSigils = wordBytes.contains { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "$") }
        if !types.isEmpty || capitalsAreTypes || hasSigils { roles.insert(.codeType) }
        return roles
    }
}
