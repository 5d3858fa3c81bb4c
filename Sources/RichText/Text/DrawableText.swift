/// Text for a ``Canvas``, built scalar by scalar: text from outside goes in, glyphs that every terminal draws in the same columns
/// come out. ``SafeText`` makes text safe for every other destination.
///
/// It can be fed in pieces of any size; where they are cut makes no difference.
struct DrawableText: Hashable, Sendable {
    /// UTF-8 without control characters, except for ``endLine()``.
    private(set) var utf8: [UInt8] = []
    /// Where in ``utf8`` the last glyph begins.
    private(set) var lastGlyph = 0
    /// The columns since the start or the last line end.
    private(set) var columns = 0
    /// 1 where a wide glyph has no room and becomes a replacement character; otherwise 2.
    let widest: Int

    /// The first scalar of the last glyph; 0 when nothing can join that glyph.
    private var base: UInt32 = 0
    private var marks = 0
    private var last: UInt32 = 0

    /// A curses cell holds five scalars: the base and four marks.
    private static let mostMarks = 4

    init(widest: Int = 2, columns: Int = 0) {
        self.widest = widest
        self.columns = columns
    }

    /// Ends the last glyph: what follows does not join it (because it has another style, say).
    mutating func endGlyph() { base = 0 }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        var index = 0
        while index < bytes.count {
            let start = index
            while index < bytes.count, isPlainASCII(bytes[index]) { index += 1 }
            if index > start { appendASCII(UnsafeBufferPointer(rebasing: bytes[start..<index])) }
            guard index < bytes.count else { return }
            let (scalar, length) = bytes.scalar(at: index)
            append(scalar)
            index += length
        }
    }

    /// Appends printable ASCII as it is.
    private mutating func appendASCII(_ bytes: UnsafeBufferPointer<UInt8>) {
        utf8.append(contentsOf: bytes)
        lastGlyph = utf8.count - 1
        base = UInt32(bytes[bytes.count - 1])
        last = base
        marks = 0
        columns += bytes.count
    }

    mutating func append(_ scalar: UInt32) {
        switch ScalarClass(scalar) {
        case .narrow: begin(scalar, width: 1)
        case .wide: begin(scalar, width: 2)
        case .mark: appendMark(scalar)
        case .jamo: appendJamo(scalar)
        case .skinTone: if !isEmoji(base) { begin(scalar, width: 2) }
        case .tag: if base != 0x1F3F4 { appendName(scalar) }
        case .joiner: appendJoiner(scalar)
        case .ignored: break
        case .hidden, .active: appendName(scalar)
        case .control: appendControl(scalar)
        case .invalid: begin(0xFFFD, width: 1)
        }
    }

    /// Appends a line end of the layout.
    mutating func endLine() {
        lastGlyph = utf8.count
        utf8.append(0x0A)
        base = 0
        columns = 0
    }

    /// Appends spaces up to the next multiple of `stop` columns.
    mutating func tab(stop: Int) {
        repeat { begin(0x20, width: 1) } while columns % stop != 0
    }

    private mutating func begin(_ scalar: UInt32, width: Int) {
        lastGlyph = utf8.count
        let fits = width <= widest
        base = fits ? scalar : 0xFFFD
        last = base
        marks = 0
        columns += fits ? width : 1
        utf8.append(scalar: base)
    }

    /// Appends a control picture; a space for a tab that no layout has expanded.
    private mutating func appendControl(_ scalar: UInt32) {
        switch scalar {
        case 0x09: begin(0x20, width: 1)
        case 0x7F: begin(0x2421, width: 1)
        default: begin(0x2400 + scalar, width: 1)
        }
    }

    /// Appends the name of an invisible scalar: `‹U+202E›`.
    private mutating func appendName(_ scalar: UInt32) {
        let digits = String(scalar, radix: 16, uppercase: true)
        let padding = String(repeating: "0", count: max(0, 4 - digits.count))
        for part in "‹U+\(padding)\(digits)›".unicodeScalars { begin(part.value, width: 1) }
    }

    private mutating func appendMark(_ scalar: UInt32) {
        // A mark on a space would be lost where a row breaks at the space.
        if base == 0 || base == 0x20 { begin(0x25CC, width: 1) }
        guard marks < Self.mostMarks else { return }
        marks += 1
        last = scalar
        utf8.append(scalar: scalar)
    }

    /// Persian, and the languages of India, spell with joiners; emoji are drawn apart.
    private mutating func appendJoiner(_ scalar: UInt32) {
        guard (0x600..<0xE00).contains(base), last != scalar, marks < Self.mostMarks else { return }
        appendMark(scalar)
    }

    private func isEmoji(_ scalar: UInt32) -> Bool {
        guard scalar >= 0x231A, let scalar = Unicode.Scalar(scalar) else { return false }
        return scalar.properties.isEmojiModifierBase || scalar.properties.isEmojiPresentation
    }
}

// MARK: - Hangul

extension DrawableText {
    /// Composes a modern syllable; keeps the parts of old Hangul in one glyph; replaces a part that joins nothing.
    private mutating func appendJamo(_ scalar: UInt32) {
        if marks == 0, let syllable = syllable(base, scalar) {
            utf8.removeLast(utf8.count - lastGlyph)
            columns -= 2
            begin(syllable, width: 2)
        } else if marks < Self.mostMarks, joinsLast(scalar) {
            marks += 1
            last = scalar
            utf8.append(scalar: scalar)
        } else {
            begin(0xFFFD, width: 1)
        }
    }

    /// The composition of the Unicode Standard, section 3.12.
    private func syllable(_ base: UInt32, _ scalar: UInt32) -> UInt32? {
        if case 0x1100...0x1112 = base, case 0x1161...0x1175 = scalar {
            return 0xAC00 + ((base - 0x1100) * 21 + (scalar - 0x1161)) * 28
        }
        if case 0xAC00...0xD7A3 = base, (base - 0xAC00) % 28 == 0, case 0x11A8...0x11C2 = scalar {
            return base + (scalar - 0x11A7)
        }
        return nil
    }

    private func joinsLast(_ scalar: UInt32) -> Bool {
        guard base != 0 else { return false }
        let lastIsVowel = isVowel(last)
        if isVowel(scalar) { return lastIsVowel || isLeading(last) }
        return lastIsVowel || isFinal(last)
    }

    private func isLeading(_ scalar: UInt32) -> Bool {
        (0x1100...0x115E).contains(scalar) || (0xA960...0xA97C).contains(scalar)
    }

    private func isVowel(_ scalar: UInt32) -> Bool {
        (0x1161...0x11A7).contains(scalar) || (0xD7B0...0xD7C6).contains(scalar)
    }

    private func isFinal(_ scalar: UInt32) -> Bool {
        (0x11A8...0x11FF).contains(scalar) || (0xD7CB...0xD7FB).contains(scalar)
    }
}
