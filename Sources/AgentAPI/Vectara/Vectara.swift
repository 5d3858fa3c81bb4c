import Wire

/// The wire contract of Vectara's v2 agents.
///
/// An agent has sessions, a session has events. A message is a POST that answers with the events of its turn, streamed if asked for.
/// Requests decode strictly as to types; nothing in them is required but a message's content.
public enum Vectara {
    /// The header that carries the key; `Authorization: Bearer` with a token works too.
    public static let keyHeader = "x-api-key"

    /// Whether a text can be the key of an agent or a session: 1 to 50 ASCII letters, digits, `_` and `-`.
    public static func isKey(_ text: String) -> Bool {
        (1...50).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// The cursor of the next page; none on the last. Always encoded.
    public struct PageMetadata: Codable, Hashable, Sendable {
        public var pageKey: String?

        public init(pageKey: String? = nil) { self.pageKey = pageKey }

        public init(from decoder: any Decoder) throws {
            let key = try decoder.container(keyedBy: CodingKeys.self).text(.pageKey)
            pageKey = key.flatMap { $0.isEmpty ? nil : $0 }
        }

        private enum CodingKeys: String, CodingKey {
            case pageKey = "page_key"
        }
    }
}
