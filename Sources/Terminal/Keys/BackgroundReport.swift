import RichText

/// The terminal's answer to a query of its background colour: the text of an OSC sequence, `11;rgb:1e1e/1e1e/2e2e`, with one
/// to four hexadecimal digits per part.
enum BackgroundReport {
    static func event(_ bytes: [UInt8]) -> InputEvent? {
        color(String(decoding: bytes, as: UTF8.self)).map { .background(dark: $0.isDark) }
    }

    static func color(_ report: String) -> RGB? {
        for form in ["11;rgb:", "11;rgba:"] where report.hasPrefix(form) {
            let parts = report.dropFirst(form.count).split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count >= 3, let red = part(parts[0]), let green = part(parts[1]),
                let blue = part(parts[2])
            else { return nil }
            return RGB(red: red, green: green, blue: blue)
        }
        return nil
    }

    /// A part scaled to 8 bits.
    private static func part(_ digits: Substring) -> UInt8? {
        guard (1...4).contains(digits.count), let value = Int(digits, radix: 16), value >= 0 else {
            return nil
        }
        let highest = 1 << (4 * digits.count) - 1
        return UInt8(value * 255 / highest)
    }
}
