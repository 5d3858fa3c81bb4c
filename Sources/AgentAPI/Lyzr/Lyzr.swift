import Wire

/// The wire contract of the Lyzr Agent API: v2 for turns, v1 for users, sessions and history, v3 where a host has it.
///
/// Requests are read strictly, so that a server can say what does not fit; answers are read leniently.
public enum Lyzr {
    /// The header that carries the key.
    public static let keyHeader = "x-api-key"

    /// The words of an answer, whichever of its known places they stand in.
    static func words(_ value: JSONValue?) -> String? {
        guard let value else { return nil }
        if let text = value.string { return text }
        for key in ["response", "agent_response", "result", "output", "content", "text", "message"] {
            if let text = words(value[key]) { return text }
        }
        return nil
    }
}
