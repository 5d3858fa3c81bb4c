import CNcurses
import RichText

/// Maps a theme's colours to those that the terminal has.
///
/// The user's palette is never redefined: a colour that the terminal lacks becomes the nearest one it has. Colours behind text that
/// differ stay apart, and text keeps the contrast it has in the theme: where the nearest colour has less, the nearest one that has
/// enough is taken. What is drawn depends on the theme alone, not on what was drawn before.
struct ColorPalette: Sendable {
    /// What is drawn for a style: colours as numbers for the terminal (-1 for its own), and attributes.
    struct Paint: Hashable, Sendable {
        var foreground: Int32
        var background: Int32
        var attributes: Attributes
    }

    let depth: ColorDepth
    private let grounds: GroundNumbers
    private var paints: [Style: Paint] = [:]

    /// - Parameter grounds: the colours behind text that have to stay apart.
    init(_ depth: ColorDepth, grounds: Grounds = Grounds()) {
        self.depth = depth
        self.grounds = GroundNumbers(grounds, depth)
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
        let background = number(ofGround: style.background ?? .terminal)
        var paint = Paint(
            foreground: number(of: style.foreground ?? .terminal, on: background, like: style),
            background: background, attributes: style.attributes)
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

    // MARK: Numbers

    private func number(ofGround color: Color) -> Int32 {
        if let known = grounds[color] ?? numbered(color) { return known }
        return color.rgb.map { GroundNumbers.nearest(to: $0, depth) } ?? -1
    }

    /// - Parameters:
    ///   - background: the number of what it is drawn on.
    ///   - style: the colours that both come from.
    private func number(of color: Color, on background: Int32, like style: Style) -> Int32 {
        if let known = numbered(color) { return known }
        guard let wanted = color.rgb else { return -1 }
        let lab = Lab(wanted)
        let candidates = NumberedColor.candidates(depth).filter { depth != .eight || $0 != 8 }
        let ground = background >= 0 ? style.background?.rgb : nil
        let contrast = ground?.contrast(with: wanted) ?? 1
        func isEnough(_ least: Double) -> (Int) -> Bool {
            { ground == nil || NumberedColor.contrast($0, Int(background), depth) >= least }
        }
        if depth >= .indexed {
            return nearest(to: lab, among: candidates.filter(isEnough(Self.leastContrast(contrast))))
                ?? farthest(from: background, among: candidates)
        }
        // Of so few, the nearest one may be of quite another hue: where none of the hue can be read, it becomes a grey.
        let greys = candidates.filter(NumberedColor.greys.contains)
        let isGrey = lab.isGrey
        let least = Self.leastNamedContrast(contrast)
        let hued = candidates.filter {
            !NumberedColor.greys.contains($0) && lab.hueDistance(to: NumberedColor.lab[$0]) < .pi / 3
        }.filter(isEnough(min(2.8, least)))
        if !isGrey, let found = nearest(to: lab, among: hued) { return found }
        let readable = isGrey ? least : max(least, min(4.5, contrast))
        return nearest(to: lab, among: greys.filter(isEnough(readable)))
            ?? farthest(from: background, among: greys)
    }

    private func nearest(to color: Lab, among candidates: [Int]) -> Int32? {
        func distance(_ number: Int) -> Double {
            let other = NumberedColor.lab[number]
            guard depth < .indexed, !color.isGrey else { return color.distance(to: other) }
            // The sixteen are far from most colours: what they have in common with them is the hue.
            let hue = 0.36 * color.hueDistance(to: other)
            return color.distance(to: other) + hue * hue
        }
        return candidates.min { distance($0) < distance($1) }.map { Int32($0) }
    }

    private func farthest(from background: Int32, among candidates: [Int]) -> Int32 {
        let found = candidates.max {
            NumberedColor.contrast($0, Int(background), depth)
                < NumberedColor.contrast($1, Int(background), depth)
        }
        return Int32(found ?? -1)
    }

    /// The least contrast that two of the 256 must have which stand for two of the contrast given.
    private static func leastContrast(_ contrast: Double) -> Double {
        [7, 4.5, 3, 1.5, 1.2].first { contrast >= $0 } ?? 1
    }

    /// The same with the named colours, which differ from terminal to terminal: no more than what dark grey on black has on the
    /// Linux console, but for plain text.
    private static func leastNamedContrast(_ contrast: Double) -> Double {
        let steps = [(10, 4.5), (4.5, 2.8), (3, 2.5), (1.5, 1.5), (1.2, 1.1)]
        return steps.first { contrast >= $0.0 }?.1 ?? 1
    }

    /// The number of a colour that needs no mapping.
    private func numbered(_ color: Color) -> Int32? {
        switch (color, depth) {
        case (.terminal, _), (_, .none): -1
        case (.indexed(let index), .indexed), (.indexed(let index), .direct): Int32(index)
        case (.indexed(let index), _): index < 16 ? Int32(index) : nil
        case (.rgb(let red, let green, let blue), .direct):
            Int32(CURSES_RGB) | RGB(red: red, green: green, blue: blue).number
        case (.rgb, _): nil
        }
    }
}

extension Color {
    var isRGB: Bool { if case .rgb = self { true } else { false } }

    /// What it certainly looks like; nil for colours that are the person's own.
    var rgb: RGB? {
        switch self {
        case .rgb(let red, let green, let blue): RGB(red: red, green: green, blue: blue)
        case .indexed(let index) where index >= 16: RGB(xterm: index)
        case .indexed, .terminal: nil
        }
    }
}
