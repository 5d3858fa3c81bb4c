/// Text from outside on its way to anything but a ``Canvas``: a pipe, a log, a message, the terminal's title.
///
/// Scalars that a terminal would obey instead of showing are replaced: C0, DEL and C1 controls, line and paragraph separators, and
/// the controls of the bidirectional algorithm (see ``ScalarClass``). All others stay. ``Glyphs`` is the way onto a canvas, where
/// text also needs a known width.
public enum SafeText {
    /// What replaces a scalar that a terminal would obey.
    public enum Substitute: CaseIterable, Sendable {
        /// Left out.
        case nothing
        case blank
        /// U+FFFD.
        case replacementCharacter
        /// The control picture (`␛`) of C0 and DEL, U+FFFD for the others.
        case picture
        /// A line feed as `\n`, U+FFFD for the others.
        case escapedLineFeed
    }

    /// Text for one line, such as a message, a line of a log, or the text inside an OSC sequence. Line ends and tabs are replaced too.
    public static func line(_ text: String, replacing substitute: Substitute) -> String {
        guard text.unicodeScalars.contains(where: isObeyed) else { return text }
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isObeyed(scalar) { substitute.append(for: scalar, to: &safe) } else { safe.append(scalar) }
        }
        return String(safe)
    }

    /// Text of any number of lines. Tabs and line ends stay, `\r\n` as `\n`; everything else is replaced by its picture.
    public static func lines(_ text: String) -> String {
        var lines = SafeLines()
        return lines.feed(text) + lines.end()
    }

    /// Text for one cell of a table: every run of line ends and tabs becomes one blank, everything else its picture.
    public static func cell(_ text: String) -> String {
        lines(text).split { $0.isNewline || $0 == "\t" }.joined(separator: " ")
    }

    /// A JSON document with `\uXXXX` in its strings for what JSON allows in them but a terminal would obey. It means the same.
    /// - Parameter json: a valid document. Outside its strings, carriage returns are left out.
    public static func json(_ json: String) -> String {
        guard json.unicodeScalars.contains(where: { isObeyed($0) && $0 != "\n" }) else { return json }
        var safe = ""
        for scalar in json.unicodeScalars {
            switch scalar {
            case "\n", "\t": safe.unicodeScalars.append(scalar)
            case "\r": break
            case _ where isObeyed(scalar):
                let digits = String(scalar.value, radix: 16)
                safe += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }

    fileprivate static func isObeyed(_ scalar: Unicode.Scalar) -> Bool { ScalarClass(scalar.value).isObeyed }
}

extension SafeText.Substitute {
    fileprivate func append(for scalar: Unicode.Scalar, to text: inout String.UnicodeScalarView) {
        switch self {
        case .nothing: break
        case .blank: text.append(" ")
        case .replacementCharacter: text.append("\u{FFFD}")
        case .picture: text.append(Self.picture(of: scalar))
        case .escapedLineFeed: text.append(contentsOf: (scalar == "\n" ? "\\n" : "\u{FFFD}").unicodeScalars)
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

/// ``SafeText/lines(_:)`` for text that comes in pieces, cut between any two scalars.
public struct SafeLines: Sendable {
    /// A carriage return that may be the first half of a line end.
    private var holdsReturn = false

    public init() {}

    /// - Returns: the next piece, without a carriage return at its end.
    public mutating func feed(_ text: String) -> String {
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if holdsReturn, scalar != "\n" { SafeText.Substitute.picture.append(for: "\r", to: &safe) }
            holdsReturn = scalar == "\r"
            if holdsReturn { continue }
            if scalar != "\n", scalar != "\t", SafeText.isObeyed(scalar) {
                SafeText.Substitute.picture.append(for: scalar, to: &safe)
            } else {
                safe.append(scalar)
            }
        }
        return String(safe)
    }

    /// - Returns: a carriage return that was held back.
    public mutating func end() -> String {
        guard holdsReturn else { return "" }
        holdsReturn = false
        return SafeText.line("\r", replacing: .picture)
    }
}
