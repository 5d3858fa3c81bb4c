import Foundation
import RichText

/// Sequences for which curses has no call. Source: xterm's ctlseqs.
enum ControlSequence {
    static let stringTerminator = Array("\u{1B}\\".utf8)

    /// Puts text on the clipboard (OSC 52).
    ///
    /// Many terminals drop a sequence that is too long for them (tmux: 1 MiB), so text is cut at 512 KiB, between two
    /// characters.
    static func clipboard(_ text: String) -> [UInt8] {
        let limit = 512 * 1024
        var bytes = 0
        let cut = text.prefix { character in
            bytes += character.utf8.count
            return bytes <= limit
        }
        return Array("\u{1B}]52;c;\(Data(cut.utf8).base64EncodedString())\u{7}".utf8)
    }

    /// Sets the window's title (OSC 2): one line of at most 256 scalars, more than any window shows.
    static func title(_ title: String) -> [UInt8] {
        let scalars = String(String.UnicodeScalarView(title.unicodeScalars.prefix(256)))
        return Array("\u{1B}]2;\(SafeText.line(scalars, replacing: .blank))\u{7}".utf8)
    }

    static let bell: [UInt8] = [0x07]

    /// Buttons, motion with a button down and the wheel (1002), in a form without limits (1006).
    static func mouse(_ on: Bool) -> [UInt8] {
        Array((on ? "\u{1B}[?1002h\u{1B}[?1006h" : "\u{1B}[?1006l\u{1B}[?1002l").utf8)
    }
}
