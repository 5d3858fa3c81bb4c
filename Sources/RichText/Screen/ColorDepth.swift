/// How many colours a terminal has.
public enum ColorDepth: String, CaseIterable, Comparable, Sendable {
    /// Attributes alone.
    case none = "none"
    /// The eight named colours, the brighter ones by bold text.
    case eight = "8"
    /// The eight named colours and their bright counterparts.
    case sixteen = "16"
    /// The above, the 6×6×6 cube and the greys of xterm.
    case indexed = "256"
    /// Any colour by its red, green and blue.
    case direct = "truecolor"

    /// - Parameter count: how many colours are numbered.
    public init(count: Int) {
        switch count {
        case ..<8: self = .none
        case ..<16: self = .eight
        case ..<256: self = .sixteen
        default: self = .indexed
        }
    }

    public static func < (one: ColorDepth, other: ColorDepth) -> Bool {
        (allCases.firstIndex(of: one) ?? 0) < (allCases.firstIndex(of: other) ?? 0)
    }
}
