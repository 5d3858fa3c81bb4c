import Storage

extension Title {
    /// A task's title until there is a better one: the first words of its first message.
    static func provisional(for message: String) -> String { firstWords(of: message, limit: 50) }

    /// A title that a service gave, in one line.
    static func shown(for title: String) -> String { firstWords(of: title, limit: 120) }
}
