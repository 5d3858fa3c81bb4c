/// What one Unicode scalar does to a row of a terminal.
///
/// Terminals agree on the columns of single scalars far better than on those of grapheme clusters, so widths are decided here,
/// scalar by scalar, as `wcwidth` does, and ``DrawableText`` takes clusters apart.
enum ScalarClass {
    /// A glyph of one column.
    case narrow
    /// A glyph of two columns.
    case wide
    /// Joins the glyph before it and takes no column.
    case mark
    /// A vowel or final consonant of a Hangul syllable spelled in parts.
    case jamo
    /// A skin tone for the emoji before it.
    case skinTone
    /// One of the invisible letters that spell a region's flag.
    case tag
    /// Joins or separates the letters beside it, in the scripts that are written with it.
    case joiner
    /// Invisible, and terminals disagree on what it does: left out.
    case ignored
    /// Invisible: drawn as its name instead.
    case hidden
    /// C0, DEL.
    case control
    /// C1, a line or paragraph separator, or an embedding or override of the bidirectional algorithm: drawn as its name instead.
    case active
    /// A noncharacter.
    case invalid

    init(_ scalar: UInt32) {
        switch scalar {
        case 0x20..<0x7F: self = .narrow
        case 0..<0x20, 0x7F: self = .control
        case 0x80..<0xA0: self = .active
        case 0xA0..<0x300: self = scalar == 0xAD ? .ignored : .narrow
        // Frequent letters, punctuation and box drawing need no look-up.
        case 0x370..<0x483, 0x5D0..<0x600, 0x620..<0x64B, 0x671..<0x6D6, 0x904..<0x93A, 0xE01..<0xE31:
            self = .narrow
        case 0x1E00..<0x2000, 0x2010..<0x2028, 0x2190..<0x231A, 0x2500..<0x25FD: self = .narrow
        case 0x3041..<0x3097, 0x30A0..<0x3100, 0x4E00..<0xA000, 0xAC00..<0xD7A4: self = .wide
        default: self = Self.special(scalar) ?? Self.general(scalar)
        }
    }

    /// Whether a terminal would obey the scalar, or reorder or break the line for it, instead of showing it.
    var isObeyed: Bool { self == .control || self == .active }

    /// The columns of a scalar that has been made safe to draw.
    @inline(__always)
    static func width(ofSafe scalar: UInt32) -> Int { scalar < 0x300 ? 1 : ScalarClass(scalar).width }

    private var width: Int {
        switch self {
        case .mark, .jamo, .joiner: 0
        case .wide, .skinTone: 2
        default: 1
        }
    }

    private static func general(_ scalar: UInt32) -> ScalarClass {
        if scalar >= WideScalars.first, WideScalars.contains(scalar) { return .wide }
        switch Unicode.Scalar(scalar)?.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return .mark
        default: return .narrow
        }
    }

    /// Scalars that are neither glyphs nor marks. Source: Unicode 17, general categories Cf, Zl and Zp, and the default-ignorable
    /// code points.
    private static func special(_ scalar: UInt32) -> ScalarClass? {
        switch scalar {
        case 0x1161...0x11FF, 0xD7B0...0xD7C6, 0xD7CB...0xD7FB: .jamo
        case 0x1F3FB...0x1F3FF: .skinTone
        case 0x200C...0x200D: .joiner
        case 0xE0020...0xE007F: .tag
        // Grapheme joiner, Mongolian and general variation selectors, zero width space, word joiner,
        // keycap, byte order mark; and the marks and isolates of the bidirectional algorithm, which reorder nothing once they are
        // left out.
        case 0x34F, 0x61C, 0x180B...0x180D, 0x180F, 0x200B, 0x200E...0x200F, 0x2060, 0x2066...0x2069, 0x20E3,
            0xFE00...0xFE0F,
            0xFEFF, 0xE0100...0xE01EF:
            .ignored
        case 0x2028...0x202E: .active
        case 0x600...0x605, 0x6DD, 0x70F, 0x890...0x891, 0x8E2, 0x115F...0x1160, 0x17B4...0x17B5, 0x180E,
            0x2061...0x2065, 0x206A...0x206F, 0x3164, 0xFFA0, 0xFFF0...0xFFFB, 0x110BD, 0x110CD,
            0x13430...0x1343F, 0x16FF0...0x16FF1, 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0000...0xE0FFF:
            .hidden
        // Hangul tone marks, which terminals draw in different places.
        case 0x302E...0x302F: .ignored
        case 0xFDD0...0xFDEF: .invalid
        default: scalar & 0xFFFE == 0xFFFE ? .invalid : nil
        }
    }
}
