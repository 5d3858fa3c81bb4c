import RichText

/// The numbers for the colours behind text that a theme uses together: different ones for different colours as far as there are
/// numbers.
struct GroundNumbers: Sendable {
    private var numbers: [Color: Int32] = [:]

    init(_ grounds: Grounds, _ depth: ColorDepth) {
        guard depth == .eight || depth == .sixteen || depth == .indexed else { return }
        let marked = Set(grounds.marks)
        // Where there are few, the marks choose first.
        let others = depth == .indexed ? grounds.panels + grounds.marks : grounds.marks + grounds.panels
        for color in [grounds.page].compactMap(\.self) + others {
            guard let wanted = color.rgb, color.isRGB, numbers[color] == nil else { continue }
            // With the named colours alone, a colour for each would be a garish one.
            let isApart = depth == .indexed || marked.contains(color)
            let taken = numbers.filter { isApart || marked.contains($0.key) }
            numbers[color] = Self.nearest(to: wanted, besides: taken, depth)
        }
    }

    subscript(_ color: Color) -> Int32? { numbers[color] }

    /// The number for a colour behind text.
    /// - Parameter others: the numbers of others. It is none of these, and where it is seen at a glance which is which, it stays so.
    static func nearest(to color: RGB, besides others: [Color: Int32] = [:], _ depth: ColorDepth) -> Int32 {
        let wanted = Lab(color)
        let taken = Set(others.values)
        // Nothing makes a colour behind text bright where there are eight.
        let free = NumberedColor.candidates(depth).filter {
            (depth != .eight || $0 < 8) && !taken.contains(Int32($0))
        }
        let plain = others.filter { $0.key.rgb.map { $0.contrast(with: color) >= leastContrast } ?? false }
        let seen = free.filter { candidate in
            plain.values.allSatisfy {
                NumberedColor.contrast(candidate, Int($0), depth) >= leastContrast
            }
        }
        let nearest = (seen.isEmpty ? free : seen).min {
            wanted.distanceOfGround(to: NumberedColor.lab[$0])
                < wanted.distanceOfGround(to: NumberedColor.lab[$1])
        }
        return Int32(nearest ?? -1)
    }

    /// With which one ground is seen on another.
    private static let leastContrast = 1.2
}
