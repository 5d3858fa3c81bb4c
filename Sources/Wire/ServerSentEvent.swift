/// One event of a `text/event-stream`.
public struct ServerSentEvent: Hashable, Sendable {
    /// The `event` field; nil if there was none.
    public var name: String?
    /// The `data` lines, joined by line feeds.
    public var data: String

    public init(name: String? = nil, data: String) {
        self.name = name
        self.data = data
    }

    /// The event as it goes over the wire, with the blank line that ends it.
    public var encoded: String {
        let lines = data.split(separator: "\n", omittingEmptySubsequences: false).map { "data: \($0)\n" }
        return (name.map { "event: \($0)\n" } ?? "") + lines.joined() + "\n"
    }
}
