import Foundation
import RichText

/// Long texts that the input shows as one character each, such as `[pasted text, 120 lines]`. The input's text holds a mark in their
/// place: a scalar that no text may hold, with a number behind it.
struct FoldedTexts: Sendable {
    private struct Entry: Sendable {
        var text: String
        /// In characters.
        var count: Int
        var label: String
    }

    /// What is longer is folded: lines, or characters.
    static let longest = (lines: 10, characters: 1000)

    private static let mark = Unicode.Scalar(0xFDD0 as UInt32) ?? "\u{FFFC}"
    /// The tag characters, which join the character before them.
    private static let zero: UInt32 = 0xE0030

    private var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }

    /// Whether a text is so long that it is folded.
    static func isLong(_ text: String) -> Bool {
        var lines = 1
        for (count, character) in text.enumerated() {
            if character.isNewline { lines += 1 }
            if lines > longest.lines || count >= longest.characters { return true }
        }
        return false
    }

    /// Keeps a text.
    /// - Parameter name: what it is, in its label.
    /// - Returns: the character that stands for it.
    mutating func fold(_ text: String, name: String) -> Character {
        let label = "[\(SafeText.cell(name)), \(Self.size(of: text))]"
        let number = entries.firstIndex { $0.text == text && $0.label == label } ?? entries.count
        if number == entries.count {
            entries.append(Entry(text: text, count: text.count, label: label))
        }
        return Self.character(number)
    }

    private static func size(of text: String) -> String {
        let ended = text.hasSuffix("\n") ? text.dropLast() : text[...]
        let lines = ended.reduce(1) { $1.isNewline ? $0 + 1 : $0 }
        return lines > 1 ? "\(lines) lines" : "\(text.count) characters"
    }

    private static func character(_ number: Int) -> Character {
        var text = String(Character(mark))
        for digit in String(number).unicodeScalars {
            text.unicodeScalars.append(Unicode.Scalar(zero + digit.value - 0x30) ?? "0")
        }
        return Character(text)
    }

    // MARK: Characters

    private func entry(_ character: Character) -> Entry? {
        guard let number = Self.number(character), number < entries.count else { return nil }
        return entries[number]
    }

    private static func number(_ character: Character) -> Int? {
        guard character.unicodeScalars.first == mark else { return nil }
        let digits = character.unicodeScalars.dropFirst().prefix { (zero...zero + 9).contains($0.value) }
        return digits.isEmpty || digits.count > 9 ? nil : digits.reduce(0) { $0 * 10 + Int($1.value - zero) }
    }

    /// The text that a character stands for; nil for any other.
    func text(of character: Character) -> String? { entry(character)?.text }
    /// What is shown in place of the text.
    func label(of character: Character) -> String? { entry(character)?.label }
    /// The characters of the text.
    func count(of character: Character) -> Int { entry(character)?.count ?? 1 }

    // MARK: Texts

    /// A text with everything that is folded in it.
    func unfolded(_ text: String) -> String {
        guard !isEmpty, text.unicodeScalars.contains(Self.mark) else { return text }
        return text.reduce(into: "") { whole, character in
            guard let entry = entry(character) else { return whole.append(character) }
            whole += entry.text
            // An accent that was typed behind the mark.
            let digits = String(Self.number(character) ?? 0).count
            whole.unicodeScalars.append(contentsOf: character.unicodeScalars.dropFirst(1 + digits))
        }
    }

    /// A text from elsewhere, with what has been folded before folded again.
    func folded(_ text: String) -> String {
        var text = Self.withoutMarks(text)
        for (number, entry) in entries.enumerated() where entry.text.utf8.count <= text.utf8.count {
            guard let range = text.range(of: entry.text, options: .literal) else { continue }
            text.replaceSubrange(range, with: String(Self.character(number)))
        }
        return text
    }

    /// The character that stands for a text that is in another one, and where it is; nil if there is none.
    func known(in text: String) -> (character: Character, range: Range<String.Index>)? {
        for (number, entry) in entries.enumerated() where entry.text.utf8.count <= text.utf8.count {
            if let range = text.range(of: entry.text, options: .literal) {
                return (Self.character(number), range)
            }
        }
        return nil
    }

    /// A text that stands for nothing but itself.
    static func withoutMarks(_ text: String) -> String {
        guard text.unicodeScalars.contains(mark) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == mark ? "\u{FFFD}" : $0 }))
    }
}
