/// One glyph as the terminal draws it, and the columns it takes: 1 or 2.
public struct Glyph: Hashable, Sendable {
    public var character: Character
    public var width: Int

    public init(_ character: Character, width: Int) {
        self.character = character
        self.width = width
    }
}

/// The glyphs that a text is drawn with: the one place where text from outside becomes safe to draw and gets its width.
public struct Glyphs: Sequence, Sendable {
    private let text: String
    public init(_ text: String) { self.text = text }

    public func makeIterator() -> AnyIterator<Glyph> {
        var rest = text.makeIterator()
        return AnyIterator { rest.next().map { Glyph($0, width: 1) } }
    }

    /// The columns that `text` takes.
    public static func width(_ text: String) -> Int {
        var width = 0
        for glyph in Glyphs(text) { width += glyph.width }
        return width
    }
}
