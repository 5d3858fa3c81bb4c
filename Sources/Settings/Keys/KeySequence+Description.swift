import RichText

extension KeySequence: CustomStringConvertible {
    /// Parses keys as a person writes them: `ctrl-x ctrl-e`. Nil if one of them is unknown.
    public init?(text: String) {
        var keys: [Key] = []
        for word in text.split(separator: " ") {
            guard let key = Key(text: String(word)) else { return nil }
            keys.append(key)
        }
        guard !keys.isEmpty else { return nil }
        self.init(keys)
    }

    public var description: String { keys.map(\.description).joined(separator: " ") }
}
