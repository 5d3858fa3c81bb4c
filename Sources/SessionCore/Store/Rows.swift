import Foundation
import GRDB
import Timing

// How values are read from and written to columns.

extension Row {
    func date(_ column: String) -> Date { Date(milliseconds: self[column]) }
    func optionalDate(_ column: String) -> Date? { (self[column] as Int64?).map(Date.init(milliseconds:)) }

    /// A word that a newer version may have written reads as `fallback`.
    func word<Word: RawRepresentable<String>>(_ column: String, else fallback: Word) -> Word {
        Word(rawValue: self[column]) ?? fallback
    }

    func json<Value: Decodable>(_ column: String) -> Value? {
        (self[column] as String?).flatMap { try? JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
    }
}

/// The value as JSON.
func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

extension String {
    /// The text with U+0000, which ends a text in SQLite, replaced by U+FFFD, as in CommonMark.
    var storable: String {
        utf8.contains(0)
            ? String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })) : self
    }
}
