import RichText

/// Maps a theme's colours to those that the terminal has.
///
/// The user's palette is never redefined: a colour that the terminal lacks becomes the nearest one it has.
struct ColorPalette: Sendable {
    enum Depth: Hashable, Sendable {
        /// Attributes alone.
        case none
        /// The eight named colours, the brighter ones by bold text.
        case eight
        /// The eight named colours and their bright counterparts.
        case sixteen
        /// The above, the 6×6×6 cube and the greys of xterm.
        case indexed
        /// Any colour by its red, green and blue.
        case direct

        /// - Parameters:
        ///   - count: the number of colours in the terminal's description.
        ///   - isDirect: whether those are 24-bit colours (the `RGB` flag).
        init(count: Int, isDirect: Bool = false) {
            switch count {
            case ..<8: self = .none
            case ..<16: self = .eight
            case ..<256: self = .sixteen
            case 1 << 24 where isDirect: self = .direct
            default: self = .indexed
            }
        }
    }

    /// What is drawn for a style: colours as numbers for the terminal (-1 for its own), and attributes.
    struct Paint: Hashable, Sendable {
        var foreground: Int32
        var background: Int32
        var attributes: Attributes
    }

    let depth: Depth
    private var paints: [Style: Paint] = [:]

    init(_ depth: Depth) {
        self.depth = depth
    }

    /// What to draw for a style.
    mutating func paint(for style: Style) -> Paint {
        if let known = paints[style] { return known }
        // A theme has some dozens of styles; the bound is for styles computed at run time.
        if paints.count >= 1024 { paints = [:] }
        let paint = resolve(style)
        paints[style] = paint
        return paint
    }

    private func resolve(_ style: Style) -> Paint {
        var paint = Paint(
            foreground: number(of: style.foreground ?? .terminal),
            background: number(of: style.background ?? .terminal),
            attributes: style.attributes)
        if depth == .eight { dim(&paint) }
        if style.foreground != style.background { separate(&paint) }
        return paint
    }

    /// Replaces bright colours by their dark counterparts, in bold.
    private func dim(_ paint: inout Paint) {
        paint.background = Self.dimmed(paint.background)
        if paint.foreground > 8 { paint.attributes.insert(.bold) }
        // Bold black is invisible on black where bold is not brighter: grey text becomes plain white.
        paint.foreground = paint.foreground == 8 ? 7 : Self.dimmed(paint.foreground)
    }

    /// Keeps text legible where two different colours became the same one.
    private func separate(_ paint: inout Paint) {
        guard paint.foreground == paint.background, (0..<16).contains(paint.background) else { return }
        let isDark = RGB(xterm: UInt8(paint.background)).isDark
        paint.foreground = !isDark ? 0 : depth == .eight ? 7 : 15
    }

    private static func dimmed(_ number: Int32) -> Int32 { number >= 8 ? number - 8 : number }

    private func number(of color: Color) -> Int32 {
        switch (color, depth) {
        case (.terminal, _), (_, .none): -1
        case (.indexed(let index), .indexed): Int32(index)
        case (.indexed(let index), _) where index < (depth == .direct ? 8 : 16): Int32(index)
        case (.indexed(let index), _): number(of: RGB(xterm: index))
        case (.rgb(let red, let green, let blue), _): number(of: RGB(red: red, green: green, blue: blue))
        }
    }

    private func number(of color: RGB) -> Int32 {
        switch depth {
        case .none: -1
        // The user chooses the sixteen named colours; only those above them are known.
        case .indexed: Self.nearest(to: color, in: 16..<256)
        case .eight, .sixteen: Self.nearest(to: color, in: 0..<16)
        // The numbers below 8 mean the named colours.
        case .direct: color.number < 8 ? 0 : color.number
        }
    }

    private static func nearest(to color: RGB, in indices: Range<Int>) -> Int32 {
        let wanted = Lab(color)
        let nearest = indices.min { wanted.distance(to: lab[$0]) < wanted.distance(to: lab[$1]) }
        return Int32(nearest ?? -1)
    }

    private static let lab = (0..<256).map { Lab(RGB(xterm: UInt8($0))) }
}
