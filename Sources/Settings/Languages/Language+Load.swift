import RichText

extension Language {
    private static let knownKeys = [
        "name", "aliases", "keywords", "types", "capitals-are-types", "ignore-case", "word-characters",
        "line-comments", "start-comments", "block-comments", "strings", "keys", "tags", "lines",
        "other-lines",
        "prefixes",
    ]

    /// Reads a language from a TOML file. What cannot be used is reported and left out.
    /// - Parameter name: its name if the file gives none.
    init(file: inout SettingsFile, name: String) {
        file.checkKeys(below: [], known: Self.knownKeys)
        let written = file.string(at: ["name"], example: "name = \"\(name)\"")
        self.init(name: written.map { Self.checked($0, at: ["name"], in: &file) ? $0 : name } ?? name)
        aliases = (file.strings(at: ["aliases"], example: #"aliases = ["py"]"#) ?? []).enumerated().compactMap
        {
            Self.checked($1, at: ["aliases", String($0)], in: &file) ? $1 : nil
        }
        ignoresCase = file.boolean(at: ["ignore-case"], example: "ignore-case = true") ?? false
        capitalsAreTypes =
            file.boolean(at: ["capitals-are-types"], example: "capitals-are-types = true") ?? false
        keywords = words(at: "keywords", in: &file)
        types = words(at: "types", in: &file)
        readWordCharacters(from: &file)
        readPrefixes(from: &file)
        lineComments = Self.openings(at: "line-comments", example: ##"line-comments = ["#"]"##, in: &file)
        startComments = Self.openings(at: "start-comments", example: #"start-comments = [";"]"#, in: &file)
        var parts = LanguageParts(file: file)
        blockComments = parts.blockComments()
        quotations = parts.strings()
        lineStarts = parts.lines()
        file = parts.file
        readsOtherLines = file.boolean(at: ["other-lines"], example: "other-lines = false") ?? true
        hasTags = file.boolean(at: ["tags"], example: "tags = true") ?? false
        readKeys(from: &file)
    }

    /// Whether it can stand behind a fence.
    private static func checked(_ name: String, at path: SettingsFile.Path, in file: inout SettingsFile)
        -> Bool
    {
        if !name.isEmpty, name.count <= 40, !name.contains(where: { $0.isWhitespace || $0 == "`" }) {
            return true
        }
        file.report(
            "\(SettingsFile.quoted(name)) cannot name a language.", at: path,
            advice: "A name has 1 to 40 characters and no blanks, as in \"python\".")
        return false
    }

    /// Words with blanks between them, or a list of words.
    private func words(at key: String, in file: inout SettingsFile) -> Set<String> {
        var words: [String] = []
        if case .string(let text) = file.node(at: [key]) {
            words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        } else {
            words = file.strings(at: [key], example: "\(key) = \"if else end\"") ?? []
        }
        return Set(ignoresCase ? words.map { $0.lowercased() } : words)
    }

    private static func openings(at key: String, example: String, in file: inout SettingsFile) -> [String] {
        (file.strings(at: [key], example: example) ?? []).enumerated().compactMap { index, text in
            LanguageParts.checked(text, at: [key, String(index)], in: &file) ? text : nil
        }
    }

    private mutating func readWordCharacters(from file: inout SettingsFile) {
        let path = ["word-characters"]
        guard let text = file.string(at: path, example: #"word-characters = "-""#) else { return }
        if text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            wordCharacters = text
        } else {
            file.report(
                "Not all of these can be in a word.", at: path,
                advice: "Letters, digits and _ are; others may be ASCII characters without blanks.")
        }
    }

    private mutating func readPrefixes(from file: inout SettingsFile) {
        guard file.hasTable(at: ["prefixes"], example: "[prefixes]") else { return }
        for key in file.keys(below: ["prefixes"]) {
            let path = ["prefixes", key]
            guard key.utf8.count == 1, let character = key.first,
                key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
            else {
                file.report(
                    "\(SettingsFile.quoted(key)) is not one ASCII character.", at: path,
                    advice: #"Write it as in "@" = "type"."#)
                continue
            }
            let text = file.string(at: path, example: "\"\(key)\" = \"type\"")
            if let role = text.flatMap({ LanguageParts.role($0, at: path, in: &file) }) {
                prefixes[character] = role
            }
        }
    }

    private mutating func readKeys(from file: inout SettingsFile) {
        guard let text = file.string(at: ["keys"], example: #"keys = "words""#) else { return }
        keys = Keys(rawValue: text)
        guard keys == nil else { return }
        file.report(
            "There are no keys \(SettingsFile.quoted(text)).", at: ["keys"],
            advice: NearestName(known: Keys.allCases.map(\.rawValue)).advice(for: text))
    }
}
