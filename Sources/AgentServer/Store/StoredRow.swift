import AgentAPI
import Foundation
import GRDB

/// A row as the store keeps it: columns in snake case, times in whole microseconds, JSON as text.
protocol StoredRow: Decodable, FetchableRecord, Sendable {}

extension StoredRow {
    static var databaseColumnDecodingStrategy: DatabaseColumnDecodingStrategy { .convertFromSnakeCase }

    static func databaseDateDecodingStrategy(for column: String) -> DatabaseDateDecodingStrategy {
        .custom { Int64.fromDatabaseValue($0).map(Date.init(microseconds:)) }
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
        String.fromDatabaseValue(value).flatMap(JSONValue.init(text:))
    }
}
