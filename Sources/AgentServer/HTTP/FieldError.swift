import AgentAPI

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
        let fault = DecodingFault(error)
        let kind: Kind =
            switch fault.kind {
            case .missing: .missing
            case .null: .null
            case .type(let name): .type(name)
            case .malformed: .malformed
            case .notJSON: .notJSON
            }
        self.init(path: fault.path, kind: kind, message: fault.message)
    }
}
