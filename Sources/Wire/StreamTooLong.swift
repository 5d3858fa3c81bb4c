/// More arrived than a decoder buffers.
public struct StreamTooLong: Error, Hashable, Sendable {
    /// The limit in bytes.
    public var limit: Int
    public init(limit: Int) { self.limit = limit }
}
