import Wire

/// The error body of a FastAPI service: `{"detail": "…"}`, or `{"detail": [{"loc": […], "msg": "…", "type": "…"}]}` where the
/// request did not fit (422).
public struct FastAPIError: Codable, Hashable, Sendable, Error {
    public enum Detail: Hashable, Sendable {
        case text(String)
        case list([Item])
    }

    /// One thing that does not fit.
    public struct Item: Codable, Hashable, Sendable {
        /// Where: `["body", "message"]`; numbers are places in a list.
        public var loc: [JSONValue]
        public var msg: String
        /// FastAPI's word for the fault: `value_error.missing`, `type_error.str` …
        public var type: String

        public init(loc: [JSONValue], msg: String, type: String) {
            self.loc = loc
            self.msg = msg
            self.type = type
        }
    }

    public var detail: Detail

    public init(_ text: String) { detail = .text(text) }
    public init(_ items: [Item]) { detail = .list(items) }

    /// What FastAPI would say about a request body that could not be decoded.
    public init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init([Item(Self.loc(context.codingPath + [key]), "field required", "value_error.missing")])
        case .valueNotFound(_, let context):
            let type = "type_error.none.not_allowed"
            self.init([Item(Self.loc(context.codingPath), "none is not an allowed value", type)])
        case .typeMismatch(let type, let context):
            self.init([Item(Self.loc(context.codingPath), "value is not a valid \(type)", "type_error")])
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            self.init([Item(["body"], "the body is not valid JSON", "value_error.jsondecode")])
        case .dataCorrupted(let context):
            self.init([Item(Self.loc(context.codingPath), context.debugDescription, "value_error")])
        @unknown default:
            self.init([Item(["body"], "the body cannot be read", "value_error")])
        }
    }

    private static func loc(_ path: [any CodingKey]) -> [JSONValue] {
        ["body"] + path.map { key in key.intValue.map { .integer(Int64($0)) } ?? .string(key.stringValue) }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let text = try? container.decode(String.self, forKey: .detail) {
            detail = .text(text)
        } else {
            detail = .list(try container.decode([Item].self, forKey: .detail))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch detail {
        case .text(let text): try container.encode(text, forKey: .detail)
        case .list(let items): try container.encode(items, forKey: .detail)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case detail
    }
}

extension FastAPIError.Item {
    fileprivate init(_ loc: [JSONValue], _ msg: String, _ type: String) {
        self.init(loc: loc, msg: msg, type: type)
    }
}
