import RichText

/// Keys pressed one after the other: `ctrl-x ctrl-e`, or just one.
public struct KeySequence: Hashable, Sendable {
    public var keys: [Key]
    public init(_ keys: [Key]) { self.keys = keys }
}

/// One line of `keys.toml`: what these keys do. The action's name is checked by the keymap, which knows the actions.
public struct KeyBinding: Hashable, Sendable {
    public var sequence: KeySequence
    /// The name of an action, or nil where the file unbinds the keys (`"none"`).
    public var action: String?
    /// 1-based line in the file.
    public var line: Int

    public init(sequence: KeySequence, action: String?, line: Int) {
        self.sequence = sequence
        self.action = action
        self.line = line
    }
}
