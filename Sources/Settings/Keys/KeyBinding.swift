import RichText

/// One key, or several pressed one after the other: `ctrl-x ctrl-e`.
public struct KeySequence: Hashable, Sendable {
    public var keys: [Key]
    public init(_ keys: [Key]) { self.keys = keys }
}

/// One line of `keys.toml`: what these keys do.
public struct KeyBinding: Hashable, Sendable {
    public var sequence: KeySequence
    /// The name of an action, which need not exist; nil if the file unbinds the keys (`"none"`).
    public var action: String?
    /// 1-based line in the file.
    public var line: Int

    public init(sequence: KeySequence, action: String?, line: Int) {
        self.sequence = sequence
        self.action = action
        self.line = line
    }
}
