/// Numbers that are the same on every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }

    /// One of `pieces`.
    mutating func pick<T>(_ pieces: [T]) -> T { pieces[Int.random(in: 0..<pieces.count, using: &self)] }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// `text` in pieces of random sizes, cut between any two scalars.
    mutating func split(_ text: String, longest: Int) -> [String] {
        var pieces: [String] = []
        var rest = text.unicodeScalars[...]
        while !rest.isEmpty {
            let size = number(1...longest)
            pieces.append(String(String.UnicodeScalarView(rest.prefix(size))))
            rest = rest.dropFirst(size)
        }
        return pieces
    }
}

/// Pieces of text that terminals and layouts trip over.
let nastyPieces = [
    "a", "word", " ", "  ", "é", "e\u{301}", "\u{301}", "日本語", "한국어", "\u{1112}\u{1161}\u{11AB}", "\u{1161}",
    "👍", "👍🏽", "🏽", "👨‍👩‍👧", "🇩🇪", "🇩", "❤️", "1️⃣", "\u{1B}[31m", "\u{7}", "\u{9B}", "\u{202E}", "\u{200B}",
    "\u{FEFF}", "\t", "Z̵̡̢̛̗̘̙̜̝̞̟̠", "ﷺ", "مرحبا", "ไทย", "हिन्दी", "\u{E0041}", "🏴\u{E0067}\u{E007F}", "\u{FFFF}",
    "-", "（", "）", "。", "〈", "\u{0}",
]
