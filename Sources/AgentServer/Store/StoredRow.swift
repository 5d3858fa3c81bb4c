import AgentAPI
import Foundation
import GRDB
import Timing
import Wire

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
