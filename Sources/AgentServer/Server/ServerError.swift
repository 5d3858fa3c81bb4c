/// Why the server cannot run or cannot change its keys, in words for a person.
public struct ServerError: Error, Hashable, Sendable, CustomStringConvertible {
    public var message: String

    init(_ message: String) {
        self.message = message
    }

    public var description: String { message }
}
