/// One glyph as the terminal draws it, and the columns it takes: 1 or 2.
public struct Glyph: Hashable, Sendable {
    public let character: Character
    public let width: Int

    init(_ character: Character, width: Int) {
        self.character = character
        self.width = width
    }
}

/// The glyphs that a text is drawn with: text from outside becomes safe to draw here and gets its width. ``SafeText`` makes it
/// safe for every other destination.
///
/// - A glyph is one scalar with at most four combining marks; its width is that of the scalar. Emoji sequences are drawn as
///   the emoji they are made of, without joiners, skin tones, variation selectors and keycaps; regional indicators take a
///   column each.
/// - Control characters are drawn as control pictures (`␛`), invisible and direction-changing ones as their names (`‹U+202E›`).
/// - A tab is one space and a line end a control character; layouts handle both before.
/// - A combining mark at the very start or after a space is drawn on a dotted circle.
public struct Glyphs: Sequence, Sendable {
    private let text: String
    public init(_ text: String) { self.text = text }

    public func makeIterator() -> Iterator { Iterator(text) }

    /// The columns that `text` takes.
    public static func width(_ text: String) -> Int {
        var text = text
        return text.withUTF8 { bytes in
            if bytes.allSatisfy(isPlainASCII) { return bytes.count }
            var safe = DrawableText()
            safe.append(bytes)
            return safe.columns
        }
    }

    /// Lazy: makes only as much of the text safe as is asked for.
    public struct Iterator: IteratorProtocol, Sendable {
        private var rest: String.UnicodeScalarView.Iterator
        private var ended = false
        private var safe = DrawableText()
        private var position = 0

        init(_ text: String) { rest = text.unicodeScalars.makeIterator() }

        public mutating func next() -> Glyph? {
            // A glyph is complete when the next one has begun.
            while !ended, position >= safe.lastGlyph {
                if let scalar = rest.next() { safe.append(scalar.value) } else { ended = true }
            }
            guard position < safe.utf8.count else { return nil }
            return safe.utf8.withUnsafeBufferPointer { bytes in
                let (scalar, length) = bytes.scalar(at: position)
                let end = bytes.endOfGlyph(after: position + length)
                defer { position = end }
                return Glyph(
                    bytes.character(position..<end, scalar), width: ScalarClass.width(ofSafe: scalar))
            }
        }
    }
}

extension UnsafeBufferPointer where Element == UInt8 {
    /// Where the glyph ends whose first scalar ends at `index`; the bytes are safe text.
    fileprivate func endOfGlyph(after index: Int) -> Int {
        var index = index
        while index < count, self[index] >= 0x80 {
            let (scalar, length) = scalar(at: index)
            guard ScalarClass.width(ofSafe: scalar) == 0 else { break }
            index += length
        }
        return index
    }

    /// One glyph of safe text. Marks that the standard library does not join to their base are left out.
    fileprivate func character(_ range: Range<Int>, _ base: UInt32) -> Character {
        let first = Character(Unicode.Scalar(base) ?? "\u{FFFD}")
        guard range.count > first.utf8.count else { return first }
        return String(decoding: UnsafeBufferPointer(rebasing: self[range]), as: UTF8.self).first ?? first
    }
}
