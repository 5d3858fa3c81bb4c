import GRDB

/// Scripts that are written without spaces between words: the text index takes each of their characters as a word, so that
/// a search finds them anywhere.
enum UnspacedScripts {
    /// Surrounds each such character in the index (the unit separator, which no word holds).
    static let separator: Unicode.Scalar = "\u{1F}"

    /// The text as it is indexed.
    static func separated(_ text: String) -> String {
        // No such script is below U+0E00, which is where UTF-8 begins with E0.
        guard text.utf8.contains(where: { $0 >= 0xE0 }) else { return text }
        var separated = String.UnicodeScalarView()
        var isSeparated = true
        for scalar in text.unicodeScalars {
            let standsAlone = standsAlone(scalar)
            if standsAlone, !isSeparated { separated.append(separator) }
            separated.append(scalar)
            if standsAlone { separated.append(separator) }
            isSeparated = standsAlone
        }
        return String(separated)
    }

    /// Letters of Thai, Lao, Burmese and Khmer; kana, bopomofo, hangul, Yi and ideographs.
    private static func standsAlone(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x0E00 else { return false }
        return switch scalar.value {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3005...0x3007, 0x3040...0x30FF,
            0x3105...0x312F, 0x31A0...0x31BF, 0x31F0...0x31FF, 0xA000...0xA4CF, 0xAC00...0xD7A3,
            0xFF66...0xFF9F:
            true
        default: scalar.properties.isIdeographic
        }
    }

    /// Whether a character is a word of its own.
    static func contains(_ character: Character) -> Bool {
        character.unicodeScalars.first.map(standsAlone) ?? false
    }

    /// `separated(text)` in SQL.
    static let function = DatabaseFunction("separated", argumentCount: 1, pure: true) { values in
        String.fromDatabaseValue(values[0]).map(separated)
    }
}
