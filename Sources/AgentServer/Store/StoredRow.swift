import Foundation
import GRDB
import Timing
import Wire

/// A row of the store: times in whole microseconds, JSON as text. Each type decodes its columns itself, which is several times as fast as
/// `Decodable`; a conversation has hundreds of rows.
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
        // The common values need no parser.
        case "{}": .emptyObject
        case "null": .null
        case let text?: JSONValue(text: text)
        }
    }
}
