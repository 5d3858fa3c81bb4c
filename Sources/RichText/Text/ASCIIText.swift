/// Text in ASCII, for terminals that show nothing else. Typographic characters become what a typewriter has for them, letters lose their
/// accents, digits of other scripts are digits, and everything else is a question mark. Controls stay: the text is safe already.
public enum ASCIIText {
    /// Text that may become longer or shorter: `…` is `...`.
    public static func text(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
        var ascii = ""
        ascii.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars { ascii += Replacement(scalar).text }
        return ascii
    }

    /// A glyph in exactly as many characters as it has columns: `…` is `.`.
    public static func cell(_ glyph: Character, columns: Int) -> String {
        guard let base = glyph.unicodeScalars.first else { return String(repeating: " ", count: columns) }
        let replacement = Replacement(base)
        if columns == 1 { return replacement.cell }
        let text = replacement.text == "?" ? String(repeating: "?", count: columns) : replacement.text
        return String(text.prefix(columns)) + String(repeating: " ", count: max(0, columns - text.count))
    }

    /// What stands for a scalar.
    private struct Replacement {
        /// Of one character.
        var cell: String
        /// As long as it has to be; empty for what changes other characters.
        var text: String

        init(_ scalar: Unicode.Scalar) {
            if scalar.isASCII {
                self.init(String(scalar))
            } else if let known = ASCIIText.known[scalar] {
                self = known
            } else {
                self = Self.derived(scalar)
            }
        }

        init(_ text: String, cell: String? = nil) {
            self.text = text
            self.cell = cell ?? (text.isEmpty ? "?" : String(text.prefix(1)))
        }

        /// What the properties of a scalar say.
        private static func derived(_ scalar: Unicode.Scalar) -> Replacement {
            let properties = scalar.properties
            if let box = box(scalar.value) { return Replacement(box) }
            if let number = properties.numericValue, properties.numericType != .numeric, number < 10 {
                return Replacement(String(Int(number)))
            }
            switch properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format, .control: return Replacement("")
            case .spaceSeparator: return Replacement(" ")
            case .dashPunctuation: return Replacement("-")
            case .initialPunctuation, .finalPunctuation: return Replacement("\"")
            default: return letter(properties.name ?? "").map { Replacement($0) } ?? Replacement("?")
            }
        }

        /// The letter in the name of a scalar: of `LATIN SMALL LETTER E WITH ACUTE`, an `e`.
        private static func letter(_ name: String) -> String? {
            let words = name.split(separator: " ")
            guard let kind = words.firstIndex(of: "LETTER"), words[..<kind].contains("LATIN"),
                let letter = words[(kind + 1)...].first, letter.count <= 2,
                words.count == kind + 2 || words[kind + 2] == "WITH"
            else { return nil }
            return words[..<kind].contains("SMALL") ? letter.lowercased() : String(letter)
        }

        /// Lines and blocks: U+2500 to U+259F.
        private static func box(_ scalar: UInt32) -> String? {
            switch scalar {
            case 0x2500, 0x2501, 0x2504, 0x2505, 0x2508, 0x2509, 0x254C, 0x254D, 0x2550, 0x2574, 0x2576,
                0x2578, 0x257A, 0x257C, 0x257E:
                "-"
            case 0x2502, 0x2503, 0x2506, 0x2507, 0x250A, 0x250B, 0x254E, 0x254F, 0x2551, 0x2575, 0x2577,
                0x2579, 0x257B, 0x257D, 0x257F, 0x2589...0x2590, 0x2595:
                "|"
            case 0x2500..<0x2580: "+"
            case 0x2580..<0x25A0: "#"
            default: nil
            }
        }
    }

    /// What the properties do not say.
    private static let known: [Unicode.Scalar: Replacement] = {
        var known: [Unicode.Scalar: Replacement] = [:]
        func add(_ scalars: String, _ text: String, cell: String? = nil) {
            for scalar in scalars.unicodeScalars { known[scalar] = Replacement(text, cell: cell) }
        }
        add("“”„‟«»″", "\"")
        add("‘’‚‛‹›′ʼ", "'")
        add("‹", "<")
        add("›▸▶►❯", ">")
        add("◂◀◄❮", "<")
        add("▾▼", "v")
        add("▴▲", "^")
        add("…", "...")
        add("—", "--", cell: "-")
        add("−‐‑‒–―", "-")
        add("·", "-")
        add("•◦●○■□◆◇★☆∙‣⁃", "*")
        add("→⇒⟶↦", "->", cell: ">")
        add("←⇐⟵", "<-", cell: "<")
        add("↔⇔", "<->", cell: "-")
        add("↑⇑", "^")
        add("↓⇓", "v")
        add("↳↪", "->", cell: ">")
        add("✓✔✅", "+")
        add("✗✘✕✖❌", "x")
        add("☑☒", "[x]", cell: "x")
        add("☐", "[ ]", cell: "o")
        add("×", "x")
        add("÷", "/")
        add("±", "+-", cell: "+")
        add("≤", "<=", cell: "<")
        add("≥", ">=", cell: ">")
        add("≠", "!=", cell: "#")
        add("≈", "~")
        add("€", "EUR")
        add("£", "GBP")
        add("¥", "JPY")
        add("¢", "c")
        add("©", "(c)", cell: "c")
        add("®", "(R)", cell: "R")
        add("™", "(TM)", cell: "T")
        add("§", "S.")
        add("°", "deg", cell: "o")
        add("µμ", "u")
        add("¡", "!")
        add("¿", "?")
        add("¼", "1/4")
        add("½", "1/2")
        add("¾", "3/4")
        add("⁄∕", "/")
        add("ª", "a")
        add("º", "o")
        add("ß", "ss")
        add("ẞ", "SS")
        add("ðđ", "d")
        add("ÐĐ", "D")
        add("þ", "th")
        add("Þ", "Th")
        add("ı", "i")
        add("ŋ", "ng")
        add("Ŋ", "NG")
        add("ſ", "s")
        add("œ", "oe")
        add("Œ", "OE")
        add("ﬀ", "ff")
        add("ﬁ", "fi")
        add("ﬂ", "fl")
        add("⁺₊", "+")
        add("⁻₋", "-")
        add("⁼₌", "=")
        add("⁽₍", "(")
        add("⁾₎", ")")
        add("ⁿ", "n")
        add("␛", "^[", cell: "?")
        add("、", ",")
        add("。", ".")
        add("「」『』", "\"")
        return known
    }()
}
