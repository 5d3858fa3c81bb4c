import Foundation

/// A call of the operating system on a file or folder that failed.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    public var path: String
    /// The system's error number, such as `EACCES`.
    public var number: Int32

    public init(path: String, number: Int32) {
        self.path = path
        self.number = number
    }

    /// The system's words for the error, without their capital.
    public var reason: String { Self.reason(of: number) }

    public var description: String { "\(path): \(reason)" }

    /// - Parameter number: a system error number.
    /// - Returns: the system's words for it, without their capital.
    public static func reason(of number: Int32) -> String {
        let words = String(cString: strerror(number))
        return words.prefix(1).lowercased() + words.dropFirst()
    }
}
