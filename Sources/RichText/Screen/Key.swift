/// One press of a key, as the terminal reports it.
public struct Key: Hashable, Sendable {
    public enum Code: Hashable, Sendable {
        /// A printable character as typed: `A` is the character A, not shift and a.
        case character(Character)
        case enter, tab, escape, backspace, delete, insert
        case up, down, left, right, home, end, pageUp, pageDown
        /// F1 to F24.
        case function(Int)
    }

    public struct Modifiers: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let shift = Modifiers(rawValue: 1 << 0)
        public static let alt = Modifiers(rawValue: 1 << 1)
        public static let control = Modifiers(rawValue: 1 << 2)
    }

    public var code: Code
    public var modifiers: Modifiers

    public init(_ code: Code, _ modifiers: Modifiers = []) {
        self.code = code
        self.modifiers = modifiers
    }

    public init(_ character: Character, _ modifiers: Modifiers = []) {
        self.init(.character(character), modifiers)
    }

    /// What the key types; nil for a key that is no character.
    public var character: Character? {
        guard case .character(let character) = code, modifiers.subtracting(.shift).isEmpty else { return nil }
        return character
    }
}

/// Input from the terminal.
public enum InputEvent: Hashable, Sendable {
    case key(Key)
    /// From a mouse that ``Screen/reportMouse(_:)`` has switched on.
    case mouse(MouseEvent)
    /// A bracketed paste as one event; line ends are `\n`.
    case paste(String)
    case resize(Size)
    /// The terminal's window gained (true) or lost the focus.
    case focus(Bool)
    /// Whether the terminal's own background is dark, from terminals that report it.
    case background(dark: Bool)
    /// The program was asked to end by the signal with this number, or the terminal is gone (0).
    case ended(signal: Int32)
    /// The program was suspended and continued: everything has to be drawn again.
    case resumed
}
