import TestSupport

extension SeededRandom {
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

/// Text that is hard for terminals and layouts.
let nastyPieces = [
    "a", "word", " ", "  ", "é", "e\u{301}", "\u{301}", "日本語", "한국어", "\u{1112}\u{1161}\u{11AB}", "\u{1161}",
    "👍", "👍🏽", "🏽", "👨‍👩‍👧", "🇩🇪", "🇩", "❤️", "1️⃣", "\u{1B}[31m", "\u{7}", "\u{9B}", "\u{202E}", "\u{200B}",
    "\u{FEFF}", "\t", "Z̵̡̢̛̗̘̙̜̝̞̟̠", "ﷺ", "مرحبا", "ไทย", "हिन्दी", "\u{E0041}", "🏴\u{E0067}\u{E007F}", "\u{FFFF}",
    "-", "（", "）", "。", "〈", "\u{0}",
]
