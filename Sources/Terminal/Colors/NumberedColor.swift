import RichText

/// A colour as the terminal numbers it.
enum NumberedColor {
    /// The numbers that a colour may be mapped to. The sixteen named colours are the person's own, so that where there are more,
    /// only those above them are certain.
    static func candidates(_ depth: ColorDepth) -> Range<Int> {
        switch depth {
        case .none: 0..<0
        case .eight, .sixteen: 0..<16
        case .indexed, .direct: 16..<256
        }
    }

    /// What a number looks like, in each of the palettes that terminals commonly have.
    static func looks(_ number: Int, _ depth: ColorDepth) -> [RGB] {
        switch number {
        case 8..<16 where depth == .eight:
            // Drawn in bold, which is brighter on some terminals only.
            palettes.flatMap { [$0[number], $0[number - 8]] }
        case 0..<16: palettes.map { $0[number] }
        default: [RGB(xterm: UInt8(truncatingIfNeeded: number))]
        }
    }

    /// The named colours of xterm, and those of the Linux console and of VGA.
    private static let palettes: [[RGB]] = [
        (0..<16).map { RGB(xterm: $0) },
        [
            0x000000, 0xAA0000, 0x00AA00, 0xAA5500, 0x0000AA, 0xAA00AA, 0x00AAAA, 0xAAAAAA,
            0x555555, 0xFF5555, 0x55FF55, 0xFFFF55, 0x5555FF, 0xFF55FF, 0x55FFFF, 0xFFFFFF,
        ].map { RGB(number: $0) },
    ]

    /// The least contrast of two numbers in any of the palettes.
    static func contrast(_ one: Int, _ other: Int, _ depth: ColorDepth) -> Double {
        let (ones, others) = (looks(one, depth), looks(other, depth))
        // The looks of both come from the same palette, or one of them is certain.
        let pairs =
            ones.count == others.count
            ? Array(zip(ones, others)) : ones.flatMap { one in others.map { (one, $0) } }
        return pairs.map { $0.contrast(with: $1) }.min() ?? 21
    }

    /// Of the sixteen.
    static let greys: Set<Int> = [0, 7, 8, 15]

    static let lab = (0..<256).map { Lab(RGB(xterm: UInt8($0))) }
}
