/// The wire contract of the AUI Messaging API, in the form of its documents; additions of later versions are understood.
///
/// A task is a conversation that is created before its first message. A message is answered when the agent has finished, or over a
/// WebSocket while the agent writes.
public enum AUI {
    /// The header that carries the key.
    public static let keyHeader = "x-network-api-key"
}
