/// Which field keeps a JSON document from being decoded, in the words of FastAPI, which three of the four vendors use.
public struct DecodingFault: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case missing
        case null
        /// The JSON type that belongs there: `string`, `integer`, `number`, `boolean`, `list` or `object`.
        case type(String)
        /// Of the right type, with a value that cannot be.
        case malformed
        case notJSON
    }

    /// From the document's root, which FastAPI calls `body`, to the field; list places as numbers.
    public var path: [String]
    public var kind: Kind
    public var message: String

    public init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(context.codingPath + [key], .missing, "field required")
        case .valueNotFound(_, let context):
            self.init(context.codingPath, .null, "none is not an allowed value")
        case .typeMismatch(let type, let context):
            let name = Self.name(of: type)
            self.init(context.codingPath, .type(name), "value is not a valid \(name)")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            self.init([], .notJSON, "the body is not valid JSON")
        case .dataCorrupted(let context):
            self.init(context.codingPath, .malformed, context.debugDescription)
        @unknown default:
            self.init([], .notJSON, "the body cannot be read")
        }
    }

    private init(_ path: [any CodingKey], _ kind: Kind, _ message: String) {
        self.path = ["body"] + path.map { $0.intValue.map(String.init) ?? $0.stringValue }
        self.kind = kind
        self.message = message
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "string"
        case is Bool.Type: "boolean"
        case is any BinaryInteger.Type: "integer"
        case is any BinaryFloatingPoint.Type: "number"
        case is any Collection.Type where !(type is any ExpressibleByDictionaryLiteral.Type): "list"
        default: "object"
        }
    }
}

extension DecodingFault: CustomStringConvertible {
    /// `message.content: field required`
    public var description: String {
        let field = path.dropFirst().joined(separator: ".")
        return field.isEmpty ? message : "\(field): \(message)"
    }
}
