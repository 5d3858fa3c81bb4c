/// What a run of delimiters may do, after the characters on either side of it.
struct Flanks {
    private(set) var canOpen = false
    private(set) var canClose = false

    /// - Parameters:
    ///   - run: of asterisks, underscores or tildes.
    ///   - before: the end of the text before it, when a backslash is between the two.
    init(_ bytes: UnsafeBufferPointer<UInt8>, _ run: Range<Int>, before: Int? = nil) {
        let last = Neighbour(bytes.scalar(before: before ?? run.lowerBound))
        let next = Neighbour(run.upperBound < bytes.count ? bytes.scalar(at: run.upperBound).scalar : 0x0A)
        // Punctuation of Chinese, Japanese and Korean counts as a letter, and their letters as a boundary.
        let opens = next.kind != .space && (next.kind != .punctuation || last.isBoundary)
        let closes = last.kind != .space && (last.kind != .punctuation || next.isBoundary)
        switch bytes[run.lowerBound] {
        case UInt8(ascii: "_"):
            canOpen = opens && (!closes || last.isBoundary)
            canClose = closes && (!opens || next.isBoundary)
        case UInt8(ascii: "*") where last.kind == .word && next.kind == .word:
            // Inside a word or number; but a word may begin with strong letters.
            canClose = run.count > 1
        default: (canOpen, canClose) = (opens, closes)
        }
    }

    private struct Neighbour {
        enum Kind {
            case space, punctuation, word, cjk
        }

        let kind: Kind
        var isBoundary: Bool { kind != .word }

        init(_ scalar: UInt32) {
            switch scalar {
            case 0..<0x21, 0x7F, 0xA0, 0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F, 0x205F, 0x3000:
                kind = .space
            case 0..<0x80: kind = UInt8(scalar).isPunctuation ? .punctuation : .word
            case _ where CJK.contains(scalar): kind = .cjk
            default: kind = Self.isPunctuation(scalar) ? .punctuation : .word
            }
        }

        private static func isPunctuation(_ scalar: UInt32) -> Bool {
            switch Unicode.Scalar(scalar)?.properties.generalCategory {
            case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
                .initialPunctuation,
                .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol,
                .otherSymbol:
                true
            default: false
            }
        }
    }
}

/// Letters and punctuation of Chinese, Japanese and Korean, which are written without spaces.
enum CJK {
    static func contains(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x1100...0x11FF, 0x2E80...0x2FDF, 0x2FF0...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7FF,
            0xF900...0xFAFF,
            0xFE30...0xFE4F, 0xFF00...0xFFEF, 0x1B000...0x1B16F, 0x20000...0x3FFFF:
            true
        default: false
        }
    }
}

extension UnsafeBufferPointer where Element == UInt8 {
    /// The scalar that ends at `index`; a line feed at the start.
    fileprivate func scalar(before index: Int) -> UInt32 {
        guard index > 0 else { return 0x0A }
        var start = index - 1
        while start > 0, index - start < 4, self[start] & 0xC0 == 0x80 { start -= 1 }
        return scalar(at: start).scalar
    }
}
