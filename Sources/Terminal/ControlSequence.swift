import Foundation

/// Sequences for what curses has no call for. See xterm's ctlseqs.
enum ControlSequence {
    static let stringTerminator = Array("\u{1B}\\".utf8)

    /// Puts text on the clipboard (OSC 52).
    ///
    /// Many terminals drop a sequence that is too long for them as a whole (tmux: 1 MiB). So that something arrives,
    /// what is over 512 KiB is cut, between two characters.
    static func clipboard(_ text: String) -> [UInt8] {
        let limit = 512 * 1024
        var bytes = 0
        let cut = text.prefix { character in
            bytes += character.utf8.count
            return bytes <= limit
        }
        return Array("\u{1B}]52;c;\(Data(cut.utf8).base64EncodedString())\u{7}".utf8)
    }

    /// Sets the window's title (OSC 2). Control characters in it become blanks, and it is cut where no window shows it.
    static func title(_ title: String) -> [UInt8] {
        var line = String.UnicodeScalarView()
        for scalar in title.unicodeScalars.prefix(256) {
            let isShown = scalar.properties.generalCategory != .control && !isOverride(scalar)
            line.append(isShown ? scalar : " ")
        }
        return Array("\u{1B}]2;\(String(line))\u{7}".utf8)
    }

    /// Whether the scalar turns the direction of what follows, the rest of the title bar included.
    private static func isOverride(_ scalar: Unicode.Scalar) -> Bool {
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }

    static let bell: [UInt8] = [0x07]
}
