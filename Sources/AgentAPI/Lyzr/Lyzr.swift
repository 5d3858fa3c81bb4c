import Wire

/// The wire contract of the Lyzr Agent API: v2 for turns, v1 for users, sessions and history, v3 on hosts that have it.
///
/// Requests decode strictly, so that a server can name the invalid field; answers decode leniently.
public enum Lyzr {
    /// The header that carries the key.
    public static let keyHeader = "x-api-key"

    /// The header by which a client asks for thinking and tools in a v3 stream, with any value. It is our own: servers that do not know it
    /// send what they always send, and clients that do not send it get text alone.
    public static let stepsHeader = "parley-steps"

    /// The text of an answer, from the first of the known fields that has one.
    static func replyText(_ value: JSONValue?) -> String? {
        guard let value else { return nil }
        if let text = value.string { return text }
        for key in ["response", "agent_response", "result", "output", "content", "text", "message"] {
            if let text = replyText(value[key]) { return text }
        }
        return nil
    }
}
