import AgentAPI
import TestSupport
import Wire

/// Generates nonsensical requests, the same ones for the same seed.
struct RequestFuzzer: RandomNumberGenerator {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func next() -> UInt64 { random.next() }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(next() % UInt64(elements.count))]
    }

    mutating func chance(_ percent: UInt64) -> Bool { next() % 100 < percent }

    /// A part of a path.
    mutating func name(known: [String]) -> String {
        !known.isEmpty && chance(80) ? pick(known) : pick(Self.names)
    }

    mutating func query() -> String {
        guard chance(30) else { return "" }
        let pairs = (0...Int(next() % 3)).map { _ in
            pick(Self.parameters) + pick(["=", "==", "", "=&"]) + pick(Self.values)
        }
        return "?" + pairs.joined(separator: "&")
    }

    mutating func body() -> [UInt8] {
        switch next() % 10 {
        case 0: return []
        case 1: return Array(pick(Self.texts).utf8)
        case 2: return Array(String(repeating: pick(["[", "{\"a\":"]), count: 20_000).utf8)
        case 3: return [0x7B, 0x22, 0x6D, 0xFF, 0xFE, 0xC3, 0x22, 0x3A, 0x22, 0xED, 0xA0, 0x80, 0x22, 0x7D]
        default: return Array(object(depth: 2).compact.utf8)
        }
    }

    /// An object with fields that some dialect knows and values that mostly do not fit.
    private mutating func object(depth: Int) -> JSONValue {
        let count = Int(next() % 8)
        let members = (0..<count).map { _ in (pick(Self.fields), value(depth: depth)) }
        var object = Dictionary(members) { _, last in last }
        if chance(50) {
            object.merge(Self.plausible) { value, _ in value }
            // Two dialects name two things alike.
            object["message"] = chance(50) ? "m" : ["role": "user", "content": "c"]
            if chance(50) { object["agent_id"] = 1 }
        }
        return .object(object)
    }

    private mutating func value(depth: Int) -> JSONValue {
        switch next() % 9 {
        case 0: .null
        case 1: .bool(chance(50))
        case 2: .integer(pick([0, -1, 1, 7, .max, .min]))
        case 3: .number(pick([0.5, -1e300, 1e308]))
        case 4, 5: .string(pick(Self.names + Self.values))
        case 6 where depth > 0: .array((0..<Int(next() % 3)).map { _ in value(depth: depth - 1) })
        case 7,
            8 where depth > 0:
            object(depth: depth - 1)
        default: .string("")
        }
    }

    private static let names = [
        "none", "0", "-1", "9223372036854775808", "99999999999999999999999999", "%00", "%FF%FE", "%2F..%2F",
        "..", "%25", "%", "%zz", "a%20b", "%F0%9F%91%A9", "aev_", "aev_x_output", "null",
        "60d0fe4f5311236168a109ca", "';DROP TABLE turns;--", String(repeating: "x", count: 3000),
        "123e4567-e89b-12d3-a456-426614174000",
    ]

    private static let values = [
        "", "0", "-1", "1e9", "99999999999999999999", "true", "perhaps", "%00", "%FF", "(", "(a+)+$", "[",
        "eyJhZnRlciI6LTF9", "eyJhZnRlciI6OTk5OTk5OTk5OTk5OTk5OTk5OX0=", "e30=", "doc.x = 1", "doc.x =", "u",
        String(repeating: "y", count: 300), "start", "\u{0}", "👩‍🚀", "input_message", "interrupt", "compact",
    ]

    private static let parameters = [
        "limit", "page_key", "filter", "metadata_filter", "enabled", "include_hidden", "unix", "timeout",
        "user_id", "page", "size", "is_external_api", "", "%FF", "a[]",
    ]

    private static let texts = [
        "{", "}", "nonsense", "null", "[]", "7", "\"text\"", "{\"a\":}", "{'a': 1}", "{\"a\": 1e999}",
        "\u{FEFF}{}",
        "<xml/>", "a=b&c=d", "{\"a\": 1}{\"b\": 2}", "{\"a\": \"\\ud800\"}", "{\"a\": NaN}",
    ]

    private static let fields = [
        "user_id", "agent_id", "session_id", "message", "messages", "metadata", "email", "first_name",
        "last_name",
        "name", "description", "key", "enabled", "tti_minutes", "secrets", "from_session", "session_key",
        "agent_key", "include_up_to_event_id", "compact_up_to_event_id", "compaction_message", "type",
        "content",
        "role", "stream_response", "since", "behavior", "task_id", "text", "context", "agent", "model",
        "first_step", "instructions", "tool_configurations", "agent_role", "agent_instructions",
        "provider_id",
        "mode", "tool_outputs", "",
    ]

    /// What gets past the first checks of most routes.
    private static let plausible: [String: JSONValue] = [
        "user_id": "u", "agent_id": "echo", "session_id": "s", "name": "n", "text": "t",
        "messages": [["type": "text", "role": "user", "content": "c"]],
    ]
}
