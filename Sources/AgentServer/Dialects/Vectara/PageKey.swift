import AgentAPI
import Foundation
import Hummingbird
import Wire

/// Where the next page of a listing begins: after a row, or after the first `part` events of the row.
struct PageKey: Codable, Hashable, Sendable {
    var after: Int64
    var part = 0

    static let start = PageKey(after: 0)

    /// Opaque to clients.
    var text: String {
        ((try? WireJSON.encode(self)) ?? Data()).base64EncodedString()
    }

    init(after: Int64, part: Int = 0) {
        self.after = after
        self.part = part
    }

    init?(_ text: String) {
        guard let data = Data(base64Encoded: text),
            let key = try? WireJSON.decode(PageKey.self, from: data)
        else { return nil }
        self = key
    }
}

extension Request {
    /// The size and the beginning of the page that is asked for.
    func page() throws -> (limit: Int, key: PageKey) {
        let limit = try number("limit", default: 10, within: 1...100)
        guard let text = query("page_key"), !text.isEmpty else { return (limit, .start) }
        guard let key = PageKey(text) else {
            throw APIError.invalid(
                ["query", "page_key"], .malformed, "is not a page key of this listing")
        }
        return (limit, key)
    }
}
