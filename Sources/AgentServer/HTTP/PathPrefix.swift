import Hummingbird

/// The prefix of every path of a server: `/a/b`, or nothing. Slashes around it do not matter.
public struct PathPrefix: Hashable, Sendable, ExpressibleByStringLiteral {
    /// With a leading and without a trailing slash; empty for no prefix.
    public let text: String

    public init(_ text: String) {
        self.text = text.split(separator: "/").map { "/" + $0 }.joined()
    }

    public init(stringLiteral value: String) { self.init(value) }

    /// The path without the prefix; nil if it does not have it.
    func removed(from path: String) -> String? {
        if text.isEmpty { return path }
        guard path.hasPrefix(text) else { return nil }
        let rest = path.dropFirst(text.count)
        switch rest.first {
        case nil: return "/"
        case "?": return "/" + rest
        case "/": return String(rest)
        default: return nil
        }
    }
}

/// Responds below a prefix, and answers everything else with 404.
struct PrefixedResponder<Inner: HTTPResponder<ServerContext>>: HTTPResponder {
    let prefix: PathPrefix
    let inner: Inner
    /// Of the errors outside the prefix.
    let dialect: any Dialect

    func respond(to request: Request, context: ServerContext) async throws -> Response {
        guard let path = prefix.removed(from: request.head.path ?? "/") else {
            return dialect.response(to: APIError(.notFound(.page)))
        }
        var head = request.head
        head.path = path
        return try await inner.respond(to: Request(head: head, body: request.body), context: context)
    }
}
