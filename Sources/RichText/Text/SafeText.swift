/// Text from outside on its way to anything but a ``Canvas``: a pipe, a log, a message, the terminal's title.
///
/// - Scalars that a terminal would obey instead of showing are replaced: C0, DEL and C1 controls, line and paragraph separators, and the
///   embeddings and overrides of the bidirectional algorithm (see ``ScalarClass``).
/// - What hides text or breaks a terminal's layout is left out: the invisible tag letters, except in flags; combining marks beyond
///   ``mostMarks`` on one glyph, and invisible scalars beyond ``mostInvisible`` in a row.
/// - All others stay, the joiners and direction marks of Persian, Hebrew or Hindi among them.
///
/// ``Glyphs`` is the way onto a canvas, where text also needs a known width.
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

    static let mostMarks = 8
    static let mostInvisible = 3

    /// Text for one line, such as a message, a line of a log, or the text inside an OSC sequence. Line ends and tabs are replaced too.
    public static func line(_ text: String, replacing substitute: Substitute) -> String {
        guard !text.utf8.allSatisfy(isPlainASCII) else { return text }
        var filter = ScalarFilter()
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch filter.judge(scalar) {
            case .keep: safe.append(scalar)
            case .replace: substitute.append(for: scalar, to: &safe)
            case .leaveOut: break
            }
        }
        return String(safe)
    }

    /// Text of any number of lines: see ``SafeLines``.
    public static func lines(_ text: String) -> String {
        var lines = SafeLines()
        return lines.feed(text) + lines.end()
    }

    /// Text for one cell of a table: every run of line ends and tabs becomes one blank, everything else its picture.
    public static func cell(_ text: String) -> String {
        lines(text).split { $0.isNewline || $0 == "\t" }.joined(separator: " ")
    }

    /// A JSON document with `\uXXXX` in its strings for what JSON allows in them but ``line(_:replacing:)`` would not keep. It means the
    /// same.
    /// - Parameter json: a valid document. Outside its strings, carriage returns are left out.
    public static func json(_ json: String) -> String {
        guard !json.utf8.allSatisfy({ isPlainASCII($0) || $0 == 0x0A }) else { return json }
        var filter = ScalarFilter()
        var safe = ""
        for scalar in json.unicodeScalars {
            let verdict = filter.judge(scalar)
            switch scalar {
            case "\n", "\t":
                filter = ScalarFilter()
                safe.unicodeScalars.append(scalar)
            case "\r": break
            case _ where verdict == .keep: safe.unicodeScalars.append(scalar)
            default: safe += escapedAsJSON(scalar)
            }
        }
        return safe
    }

    /// A safe JSON document in ASCII, which means the same.
    public static func asciiJSON(_ json: String) -> String {
        guard json.utf8.contains(where: { $0 >= 0x80 }) else { return json }
        return json.unicodeScalars.reduce(into: "") { $0 += $1.isASCII ? String($1) : escapedAsJSON($1) }
    }

    private static func escapedAsJSON(_ scalar: Unicode.Scalar) -> String {
        String(scalar).utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }
}

/// Judges the scalars of a text one after the other.
private struct ScalarFilter: Sendable {
    enum Verdict {
        case keep, replace, leaveOut
    }

    /// Combining marks since the last glyph, and invisible scalars since anything visible.
    private var marks = 0
    private var invisible = 0
    /// The tags that may still belong to the flag before them.
    private var tagsLeft = 0

    /// The black flag, and the letters of a region behind it.
    private static let flag: UInt32 = 0x1F3F4
    private static let longestRegion = 7

    mutating func judge(_ scalar: Unicode.Scalar) -> Verdict {
        let kind = ScalarClass(scalar.value)
        switch kind {
        case .mark:
            marks += 1
            return marks <= SafeText.mostMarks ? .keep : .leaveOut
        case .joiner, .ignored, .hidden:
            invisible += 1
            return invisible <= SafeText.mostInvisible ? .keep : .leaveOut
        case .tag:
            tagsLeft -= 1
            return tagsLeft >= 0 ? .keep : .leaveOut
        // It may be left out: then what surrounds it comes together.
        case _ where kind.isObeyed:
            tagsLeft = 0
            return .replace
        default:
            self = ScalarFilter()
            tagsLeft = scalar.value == Self.flag ? Self.longestRegion : 0
            return .keep
        }
    }
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

/// Text of any number of lines that comes in pieces, cut between any two scalars.
///
/// Tabs stay; every kind of line end, a carriage return among them, becomes a line feed. Colours and other attributes of a terminal are
/// left out. Everything else that a terminal would obey is replaced by its picture.
public struct SafeLines: Sendable {
    /// A carriage return that may be the first half of a line end.
    private var holdsReturn = false
    /// The beginning of an escape sequence.
    private var held = String.UnicodeScalarView()
    private var filter = ScalarFilter()

    /// The most scalars of a sequence that is left out.
    private static let longestSequence = 32

    public init() {}

    /// - Returns: the next piece, without the beginning of a line end or an escape sequence at its end.
    public mutating func feed(_ text: String) -> String {
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !hold(scalar, &safe) { append(scalar, to: &safe) }
        return String(safe)
    }

    /// - Returns: what was held back.
    public mutating func end() -> String {
        var safe = String.UnicodeScalarView()
        release(to: &safe)
        if holdsReturn { safe.append("\n") }
        holdsReturn = false
        return String(safe)
    }

    /// Holds a scalar back that may belong to an attribute: `ESC [ … m`.
    private mutating func hold(_ scalar: Unicode.Scalar, _ safe: inout String.UnicodeScalarView) -> Bool {
        switch (held.count, scalar) {
        case (0, "\u{1B}"), (1, "["): held.append(scalar)
        case (2..., "m"): held = String.UnicodeScalarView()
        case (2..<Self.longestSequence, "0"..."9"), (2..<Self.longestSequence, ";"),
            (2..<Self.longestSequence, ":"):
            held.append(scalar)
        case (0, _): return false
        default:
            release(to: &safe)
            return hold(scalar, &safe)
        }
        return true
    }

    private mutating func release(to safe: inout String.UnicodeScalarView) {
        let sequence = held
        held = String.UnicodeScalarView()
        for scalar in sequence { append(scalar, to: &safe) }
    }

    private mutating func append(_ scalar: Unicode.Scalar, to safe: inout String.UnicodeScalarView) {
        if holdsReturn, scalar != "\n" {
            filter = ScalarFilter()
            safe.append("\n")
        }
        holdsReturn = scalar == "\r"
        let verdict = filter.judge(scalar)
        switch scalar {
        case "\r": break
        case "\n", "\t", "\u{85}", "\u{2028}", "\u{2029}":
            filter = ScalarFilter()
            safe.append(scalar == "\t" ? "\t" : "\n")
        default:
            switch verdict {
            case .keep: safe.append(scalar)
            case .replace: SafeText.Substitute.picture.append(for: scalar, to: &safe)
            case .leaveOut: break
            }
        }
    }
}
