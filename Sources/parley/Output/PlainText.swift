/// Text from outside made safe to print: control characters and those that change the direction of text are shown instead of
/// being obeyed. Line ends and tabs stay, and so does everything else, byte for byte. Works on scalars, so text may come in
/// pieces.
struct PlainText {
    /// A carriage return that may be the first half of a line end.
    private var holdsReturn = false

    /// A whole text.
    static func safe(_ text: String) -> String {
        var plain = PlainText()
        return plain.feed(text) + plain.end()
    }

    /// A text for one line of a table: line ends and tabs become blanks.
    static func line(_ text: String) -> String {
        safe(text).split { $0.isNewline || $0 == "\t" }.joined(separator: " ")
    }

    mutating func feed(_ text: String) -> String {
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if holdsReturn, scalar != "\n" { safe.append(Self.picture(of: "\r")) }
            holdsReturn = scalar == "\r"
            if holdsReturn { continue }
            if scalar == "\n" || scalar == "\t" || !Self.isActive(scalar) {
                safe.append(scalar)
            } else {
                safe.append(Self.picture(of: scalar))
            }
        }
        return String(safe)
    }

    /// What is still held back.
    mutating func end() -> String {
        defer { holdsReturn = false }
        return holdsReturn ? String(Self.picture(of: "\r")) : ""
    }

    private static func isActive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // C0, DEL and C1; the marks, embeddings, overrides and isolates of the bidirectional algorithm; line and paragraph
        // separators.
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func picture(of scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
        case 0x7F: "\u{2421}"
        default: "\u{FFFD}"
        }
    }
}
