/// A language in the form that lines are read with.
final class Grammar: Sendable {
    struct Quotation: Sendable {
        let open: [UInt8]
        let close: [UInt8]
        let escapes: Bool
        let isMultiline: Bool
    }

    struct BlockComment: Sendable {
        let open: [UInt8]
        let close: [UInt8]
        let nests: Bool
    }

    struct LineStart: Sendable {
        let text: [UInt8]
        let role: StyleRole
        let isRestCode: Bool
    }

    /// What a byte may be or begin.
    struct Traits: OptionSet, Sendable {
        let rawValue: UInt8
        static let word = Traits(rawValue: 1)
        static let digit = Traits(rawValue: 2)
        static let prefix = Traits(rawValue: 4)
        static let comment = Traits(rawValue: 8)
        static let quotation = Traits(rawValue: 16)
    }

    let language: Language
    let quotations: [Quotation]
    let blockComments: [BlockComment]
    let lineComments: [[UInt8]]
    let startComments: [[UInt8]]
    let lineStarts: [LineStart]
    private let traits: [Traits]
    private let prefixes: [UInt8: StyleRole]
    private let longestWord: Int

    init(_ language: Language) {
        self.language = language
        quotations = language.quotations.map {
            Quotation(
                open: Array($0.open.utf8), close: Array($0.close.utf8), escapes: $0.escapes,
                isMultiline: $0.isMultiline)
        }
        blockComments = language.blockComments.map {
            BlockComment(open: Array($0.open.utf8), close: Array($0.close.utf8), nests: $0.nests)
        }
        lineComments = language.lineComments.map { Array($0.utf8) }
        startComments = language.startComments.map { Array($0.utf8) }
        lineStarts = language.lineStarts.map {
            LineStart(text: Array($0.text.utf8), role: $0.role, isRestCode: $0.isRestCode)
        }
        prefixes = Dictionary(
            language.prefixes.compactMap { character, role in character.asciiValue.map { ($0, role) } }
        ) { $1 }
        var traits: [Traits] = (0...255).map { byte in
            let byte = UInt8(byte)
            if byte &- 0x30 < 10 { return [.word, .digit] }
            return byte.isLetter || byte == UInt8(ascii: "_") || byte >= 0x80 ? .word : []
        }
        func add(_ trait: Traits, _ byte: UInt8?) {
            if let byte { traits[Int(byte)].insert(trait) }
        }
        for byte in language.wordCharacters.utf8 { add(.word, byte) }
        for byte in prefixes.keys { add(.prefix, byte) }
        for comment in blockComments { add(.comment, comment.open.first) }
        for comment in lineComments { add(.comment, comment.first) }
        for quotation in quotations { add(.quotation, quotation.open.first) }
        self.traits = traits
        longestWord = language.keywords.union(language.types).reduce(0) { max($0, $1.utf8.count) }
    }

    func traits(of byte: UInt8) -> Traits { traits[Int(byte)] }

    func isWord(_ byte: UInt8) -> Bool { traits[Int(byte)].contains(.word) }

    /// - Parameter text: begins with a letter, a prefix or a character of words.
    func role(of text: UnsafeBufferPointer<UInt8>, isCalled: Bool) -> StyleRole {
        if text.count <= longestWord {
            var word = String(decoding: text, as: UTF8.self)
            if language.ignoresCase { word = word.lowercased() }
            if language.keywords.contains(word) { return .codeKeyword }
            if language.types.contains(word) { return .codeType }
        }
        if let role = prefixes[text[0]] { return role }
        if language.capitalsAreTypes, text[0] >= 0x41, text[0] <= 0x5A { return .codeType }
        return isCalled ? .codeFunction : .codeBlock
    }
}
