/// What is wrong with one field of a request.
struct FieldError: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case missing
        case null
        /// The JSON type that is expected.
        case type(String)
        case tooShort(Int)
        case tooLong(Int)
        case malformed
        case notJSON
    }

    /// From `body`, `query` or `path` down to the field.
    var path: [String]
    var kind: Kind
    var message: String
}

extension FieldError {
    /// Checks the length of a text in a field of the body, in Unicode scalars.
    /// - Returns: nil if it is within the range.
    init?(length text: String, of field: String, within range: ClosedRange<Int>) {
        let length = text.unicodeScalars.count
        if length < range.lowerBound {
            self.init(
                path: ["body", field], kind: .tooShort(range.lowerBound),
                message: "ensure this value has at least \(range.lowerBound) characters")
        } else if length > range.upperBound {
            self.init(
                path: ["body", field], kind: .tooLong(range.upperBound),
                message: "ensure this value has at most \(range.upperBound) characters")
        } else {
            return nil
        }
    }

    /// Names the field of the body that could not be decoded.
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(
                path: ["body"] + (context.codingPath + [key]).map(\.stringValue), kind: .missing,
                message: "field required")
        case .valueNotFound(_, let context):
            self.init(path: Self.path(context), kind: .null, message: "none is not an allowed value")
        case .typeMismatch(let type, let context):
            self.init(
                path: Self.path(context), kind: .type(Self.name(of: type)),
                message: "value is not a valid \(Self.name(of: type))")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            self.init(path: ["body"], kind: .notJSON, message: "the body is not valid JSON")
        case .dataCorrupted(let context):
            self.init(path: Self.path(context), kind: .malformed, message: context.debugDescription)
        @unknown default:
            self.init(path: ["body"], kind: .notJSON, message: "the body cannot be read")
        }
    }

    private static func path(_ context: DecodingError.Context) -> [String] {
        ["body"] + context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
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
