import RichText

/// The key behind a control character of ASCII (0 to 31, and 127).
enum ControlKey {
    /// - Parameters:
    ///   - byte: the control character.
    ///   - controlHIsBackspace: whether the Backspace key sends 8 instead of 127.
    static func key(_ byte: UInt8, controlHIsBackspace: Bool) -> Key {
        switch byte {
        case 0x00: Key(" ", .control)
        case 0x08 where controlHIsBackspace: Key(.backspace)
        case 0x09: Key(.tab)
        case 0x0D: Key(.enter)
        case 0x1B: Key(.escape)
        case 0x7F: Key(.backspace)
        case 0x01...0x1A: Key(Character(Unicode.Scalar(byte + 0x60)), .control)
        default: Key(Character(Unicode.Scalar(byte + 0x40)), .control)
        }
    }
}
