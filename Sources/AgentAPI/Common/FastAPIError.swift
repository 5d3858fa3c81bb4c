import Wire

/// The error body of a FastAPI service: `{"detail": "…"}`, or `{"detail": [{"loc": […], "msg": "…", "type": "…"}]}` when the
/// request is invalid (422).
public struct FastAPIError: Codable, Hashable, Sendable, Error {
    public enum Detail: Hashable, Sendable {
        case text(String)
        case list([Item])
    }

    /// One invalid field.
    public struct Item: Codable, Hashable, Sendable {
        /// The path: `["body", "message"]`; numbers are list places.
        public var loc: [JSONValue]
        public var msg: String
        /// FastAPI's name of the fault: `value_error.missing`, `type_error.str` …
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
