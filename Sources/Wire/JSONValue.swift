import Foundation

/// Any JSON value: what a contract leaves open (metadata, tool arguments, card parameters).
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The value of a key; nil if this is not an object or lacks the key.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    /// The text of a string; nil for any other kind.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The elements of an array; nil for any other kind.
    public var elements: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// True for `null` alone, not for an empty value.
    public var isNull: Bool { self == .null }

    /// The value for a person: strings without quotes, lists with commas, objects as compact JSON, null as an empty text.
    public var readable: String {
        switch self {
        case .null: ""
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .string(let text): text
        case .array(let elements) where elements.allSatisfy(\.isScalar):
            elements.map(\.readable).joined(separator: ", ")
        case .array, .object: compact
        }
    }

    /// The value as JSON on one line, keys in alphabetical order.
    public var compact: String {
        (try? WireJSON.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private var isScalar: Bool {
        switch self {
        case .null, .bool, .integer, .number, .string: true
        case .array, .object: false
        }
    }
}

extension JSONValue: Codable {
    /// Most values on the wire are strings, then objects: each failed attempt throws an error inside, so the frequent kinds come first.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .string(text)
        } else if container.decodeNil() {
            self = .null
        } else if let members = try? container.decode([String: JSONValue].self) {
            self = .object(members)
        } else if let elements = try? container.decode([JSONValue].self) {
            self = .array(elements)
        } else if let flag = try? container.decode(Bool.self) {
            self = .bool(flag)
        } else if let number = try? container.decode(Int64.self) {
            self = .integer(number)
        } else {
            self = .number(try container.decode(Double.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let flag): try container.encode(flag)
        case .integer(let number): try container.encode(number)
        case .number(let number): try container.encode(number)
        case .string(let text): try container.encode(text)
        case .array(let elements): try container.encode(elements)
        case .object(let members): try container.encode(members)
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(nilLiteral: ()) { self = .null }
}

extension JSONValue {
    public static let emptyObject = JSONValue.object([:])

    /// A string; null for nil.
    public static func stringOrNull(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    /// Parses JSON.
    /// - Returns: nil if the text is not JSON.
    public init?(text: String) {
        guard let value = try? WireJSON.decode(JSONValue.self, from: text.utf8) else { return nil }
        self = value
    }
}
