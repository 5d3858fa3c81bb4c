/// Why the server cannot do what it was asked to on this machine, in words for a person.
public struct ServerError: Error, Hashable, Sendable, CustomStringConvertible {
    public var message: String

    init(_ message: String) {
        self.message = message
    }

    public var description: String { message }
}
