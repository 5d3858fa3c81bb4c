import Foundation

/// Finds the terms of a search in lines that are shown, as the text index finds them in messages: by words, without regard to case and
/// accents; in scripts without spaces anywhere. A phrase may go on in the next line.
public struct SearchTerms: Hashable, Sendable {
    /// Part of a match within one line, in characters.
    public struct Piece: Hashable, Sendable {
        public var line: Int
        public var characters: Range<Int>
    }

    private struct Term: Hashable, Sendable {
        var words: [String]
        /// Whether the last word may go on.
        var isPrefix: Bool
    }

    private struct Word {
        var text: String
        var piece: Piece
    }

    private let terms: [Term]

    public init(_ query: SearchQuery) {
        terms = query.terms.map { term in
            Term(
                words: Self.words(of: Array(term.text), line: 0).map(\.text),
                isPrefix: !term.isPhrase && term.text.last.map(Self.isPartOfWord) ?? false)
        }
    }

    public var isEmpty: Bool { terms.isEmpty }

    /// The matches in consecutive lines, in their order.
    public func matches(in lines: some Sequence<[Character]>) -> [[Piece]] {
        guard !terms.isEmpty else { return [] }
        let words = lines.enumerated().flatMap { Self.words(of: $1, line: $0) }
        var matches: [[Piece]] = []
        for start in words.indices {
            let lengths = terms.compactMap { fits($0, at: start, in: words) ? $0.words.count : nil }
            if let longest = lengths.max() {
                matches.append(words[start..<start + longest].map(\.piece))
            }
        }
        return matches
    }

    private func fits(_ term: Term, at start: Int, in words: [Word]) -> Bool {
        guard !term.words.isEmpty, start + term.words.count <= words.count else { return false }
        for (offset, wanted) in term.words.enumerated() {
            let word = words[start + offset].text
            let mayGoOn = term.isPrefix && offset == term.words.count - 1
            guard mayGoOn ? word.hasPrefix(wanted) : word == wanted else { return false }
        }
        return true
    }

    /// The words of a line, folded.
    private static func words(of line: [Character], line number: Int) -> [Word] {
        var words: [Word] = []
        var start: Int?
        func end(at place: Int) {
            guard let first = start else { return }
            add(first..<place)
            start = nil
        }
        func add(_ range: Range<Int>) {
            words.append(
                Word(text: folded(String(line[range])), piece: Piece(line: number, characters: range)))
        }
        for (place, character) in line.enumerated() {
            guard isPartOfWord(character) else {
                end(at: place)
                continue
            }
            if UnspacedScripts.contains(character) {
                end(at: place)
                add(place..<place + 1)
            } else if start == nil {
                start = place
            }
        }
        end(at: line.count)
        return words
    }

    private static func isPartOfWord(_ character: Character) -> Bool {
        guard let first = character.unicodeScalars.first else { return false }
        return first.properties.isAlphabetic || first.properties.numericType != nil
    }

    private static func folded(_ text: String) -> String {
        text.utf8.allSatisfy { $0 < 0x80 }
            ? text.lowercased()
            : text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil)
    }
}
