import AgentAPI
import Hummingbird
import Wire

/// The `metadata_filter` of a listing: SQL-like conditions on the metadata of a session.
///
///     priority = 'high' AND (tier > 2 OR channel IN ('web', 'mail')) AND NOT closed IS NULL
///
/// A name may have dots, to reach into objects, and a scope (`doc.`, `session.` or `metadata.`). As in SQL, a condition on a missing value
/// is neither true nor false.
struct MetadataFilter: Sendable {
    enum Comparison: String, Sendable {
        case equal = "="
        case unequal = "<>"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    indirect enum Condition: Sendable {
        case compare([String], Comparison, JSONValue)
        case isOneOf([String], [JSONValue])
        case isMissing([String])
        case not(Condition)
        case both(Condition, Condition)
        case either(Condition, Condition)
    }

    private let condition: Condition

    /// - Throws: ``MetadataFilterParser/FieldError``.
    init(_ text: String) throws {
        condition = try MetadataFilterParser.parse(text)
    }

    /// nil if the request has no such filter.
    init?(_ request: Request) throws {
        guard let text = request.query("metadata_filter"), !text.isEmpty else { return nil }
        do {
            try self.init(text)
        } catch let error as MetadataFilterParser.SyntaxError {
            throw APIError.invalid(["query", "metadata_filter"], .malformed, error.message)
        }
    }

    func matches(_ metadata: JSONValue) -> Bool {
        Self.holds(condition, of: metadata) == true
    }

    /// nil for unknown, as in SQL.
    private static func holds(_ condition: Condition, of metadata: JSONValue) -> Bool? {
        switch condition {
        case .compare(let path, let comparison, let value):
            return compare(metadata.value(at: path), comparison, value)
        case .isOneOf(let path, let values):
            let results = values.map { compare(metadata.value(at: path), .equal, $0) }
            return results.contains(true) ? true : results.contains(nil) ? nil : false
        case .isMissing(let path):
            return metadata.value(at: path) == nil
        case .not(let inner):
            return holds(inner, of: metadata).map { !$0 }
        case .both(let one, let other):
            let results = [holds(one, of: metadata), holds(other, of: metadata)]
            return results.contains(false) ? false : results.contains(nil) ? nil : true
        case .either(let one, let other):
            let results = [holds(one, of: metadata), holds(other, of: metadata)]
            return results.contains(true) ? true : results.contains(nil) ? nil : false
        }
    }

    private static func compare(_ one: JSONValue?, _ comparison: Comparison, _ other: JSONValue) -> Bool? {
        guard let one else { return nil }
        if let one = one.numericValue, let other = other.numericValue { return holds(comparison, one, other) }
        if let one = one.string, let other = other.string { return holds(comparison, one, other) }
        switch comparison {
        case .equal: return one == other
        case .unequal: return one != other
        default: return nil
        }
    }

    private static func holds<Value: Comparable>(
        _ comparison: Comparison, _ one: Value, _ other: Value
    ) -> Bool {
        switch comparison {
        case .equal: one == other
        case .unequal: one != other
        case .less: one < other
        case .lessOrEqual: one <= other
        case .greater: one > other
        case .greaterOrEqual: one >= other
        }
    }
}

extension JSONValue {
    /// nil if it is missing or null.
    fileprivate func value(at path: [String]) -> JSONValue? {
        let found = path.reduce(Optional(self)) { value, name in value?[name] }
        return found?.isNull == false ? found : nil
    }

    fileprivate var numericValue: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}
