/// Something in a settings file that cannot be used, with its place and what would be right. The program goes on with the rest.
public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path as the person would write it (`~` for the home folder).
    public var file: String
    /// 1-based; nil if it concerns the whole file.
    public var line: Int?
    public var message: String
    /// What would be right.
    public var advice: String?

    public init(file: String, line: Int? = nil, message: String, advice: String? = nil) {
        self.file = file
        self.line = line
        self.message = message
        self.advice = advice
    }

    public var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return "\(place): \(message)" + (advice.map { " \($0)" } ?? "")
    }
}
