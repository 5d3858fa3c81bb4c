import Synchronization

/// Numbers for glyphs: a scalar alone is its own; a scalar with marks gets one beyond the scalars when it is first drawn.
struct GlyphNumbers {
    /// No glyph: the second column of a wide one.
    static let none: UInt32 = 0

    /// Those of all canvases. They are kept for as long as the program runs; no language has as many glyphs with marks.
    private static let shared = Mutex(GlyphNumbers(limit: 1 << 16))

    /// The first number that is no scalar.
    private static let firstOfMarked: UInt32 = 0x11_0000

    /// The most glyphs with marks that get numbers. Of later ones the marks are left out.
    let limit: Int
    private var numbers: [Character: UInt32] = [:]
    private var marked: [Character] = []

    init(limit: Int) {
        self.limit = limit
    }

    static func number(of glyph: Character) -> UInt32 {
        let scalars = glyph.unicodeScalars
        let first = scalars.first?.value ?? 0x20
        guard scalars.index(after: scalars.startIndex) != scalars.endIndex else { return first }
        return shared.withLock { $0.number(of: glyph) } ?? first
    }

    static func glyph(_ number: UInt32) -> Character? {
        guard number != none else { return nil }
        if let scalar = Unicode.Scalar(number) { return Character(scalar) }
        return shared.withLock { $0.glyph(number) }
    }

    /// - Returns: nil if there are no more numbers.
    mutating func number(of marked: Character) -> UInt32? {
        if let number = numbers[marked] { return number }
        guard self.marked.count < limit else { return nil }
        let number = Self.firstOfMarked + UInt32(self.marked.count)
        numbers[marked] = number
        self.marked.append(marked)
        return number
    }

    /// - Parameter number: one that ``number(of:)`` has given.
    func glyph(_ number: UInt32) -> Character { marked[Int(number - Self.firstOfMarked)] }
}
