import AgentAPI
import Foundation
import GRDB

/// A row as the store keeps it: times in whole microseconds, JSON as text. Each type reads its columns itself: a request reads
/// some rows and a conversation hundreds, and through `Decodable` each would cost several times as much.
protocol StoredRow: FetchableRecord, Sendable {}

extension Row {
    func date(forColumn column: String) throws -> Date {
        Date(microseconds: try decode(forColumn: column))
    }

    func dateIfAny(forColumn column: String) throws -> Date? {
        try decode(Int64?.self, forColumn: column).map(Date.init(microseconds:))
    }
}

extension Date {
    /// Whole microseconds since 1970.
    var microseconds: Int64 { Int64((timeIntervalSince1970 * 1_000_000).rounded()) }

    init(microseconds: Int64) {
        self.init(timeIntervalSince1970: Double(microseconds) / 1_000_000)
    }
}

extension JSONValue {
    static let emptyObject = JSONValue.object([:])

    /// Reads JSON text; nil if it is none.
    init?(text: String) {
        guard let value = try? WireJSON.decode(JSONValue.self, from: text.utf8) else { return nil }
        self = value
    }
}

extension JSONValue: DatabaseValueConvertible {
    public var databaseValue: DatabaseValue { compact.databaseValue }

    public static func fromDatabaseValue(_ value: DatabaseValue) -> JSONValue? {
        switch String.fromDatabaseValue(value) {
        case nil: nil
        // Most rows have nothing there, and need no parser to be told so.
        case "{}": .emptyObject
        case "null": .null
        case let text?: JSONValue(text: text)
        }
    }
}
