import CNcurses

/// What curses draws for a glyph of the canvas: cells whose columns, as curses counts them, are the glyph's.
///
/// curses takes the width of each scalar from the C library, which may be older than the tables that the canvas was laid
/// out by, and knows nothing of scalars that join to one picture. Where the two disagree, curses' count has to give in:
/// one column lost or won would shift the rest of the row.
struct GlyphCells {
    /// A scalar that takes columns, with the marks that combine with it.
    struct Cluster: Equatable {
        var scalars: [Unicode.Scalar]
        var columns: Int
    }

    let clusters: [Cluster]

    /// - Parameters:
    ///   - glyph: nothing that a terminal could take for a control character.
    ///   - columns: 1 or 2.
    ///   - width: the columns that curses takes for a scalar, -1 for one it cannot draw.
    init(_ glyph: Character, columns: Int, width: (Unicode.Scalar) -> Int) {
        if let flag = Self.flag(glyph), columns == flag.count {
            clusters = flag
            return
        }
        let parts = Self.split(glyph, width)
        let total = parts.reduce(0) { $0 + $1.columns }
        if total == columns {
            clusters = parts
        } else if let first = parts.first, first.columns <= columns {
            // The first part is the picture itself: a person without the skin's colour, a heart without the colour.
            clusters = [first] + Self.blanks(columns - first.columns)
        } else {
            clusters = [Cluster(scalars: ["?"], columns: 1)] + Self.blanks(columns - 1)
        }
    }

    private static func blanks(_ count: Int) -> [Cluster] {
        Array(repeating: Cluster(scalars: [" "], columns: 1), count: count)
    }

    private static func split(_ glyph: Character, _ width: (Unicode.Scalar) -> Int) -> [Cluster] {
        var clusters: [Cluster] = []
        for scalar in glyph.unicodeScalars where !isJoiner(scalar) {
            let columns = width(scalar)
            guard columns >= 0 else { return [] }
            if columns > 0 {
                clusters.append(Cluster(scalars: [scalar], columns: columns))
            } else if clusters.isEmpty {
                // A mark with nothing to stand on is drawn on the circle that stands for "some letter".
                clusters.append(Cluster(scalars: ["\u{25CC}", scalar], columns: 1))
            } else if clusters[clusters.count - 1].scalars.count < CURSES_TEXT_LENGTH {
                clusters[clusters.count - 1].scalars.append(scalar)
            }
        }
        return clusters
    }

    /// Scalars that change how those beside them look and with it, on some terminals, how wide they are.
    private static func isJoiner(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Zero-width joiner, variation selectors, the keycap's frame, tags.
        case 0x200D, 0xFE00...0xFE0F, 0x20E3, 0xE0000...0xE01EF: true
        default: false
        }
    }

    /// A flag as its two letters: terminals disagree on how wide the halves of a flag are.
    private static func flag(_ glyph: Character) -> [Cluster]? {
        let indicators: ClosedRange<UInt32> = 0x1F1E6...0x1F1FF
        let scalars = glyph.unicodeScalars
        guard scalars.count == 2, scalars.allSatisfy({ indicators.contains($0.value) }) else { return nil }
        return scalars.map { scalar in
            let letter = Unicode.Scalar(UInt8(scalar.value - indicators.lowerBound) + UInt8(ascii: "A"))
            return Cluster(scalars: [letter], columns: 1)
        }
    }
}
