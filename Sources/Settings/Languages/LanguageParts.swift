import RichText

/// Reads the lists of a language's file whose elements have several values.
struct LanguageParts {
    var file: SettingsFile

    /// The most characters of what opens or closes something.
    private static let longest = 32

    private static let roles: [String: StyleRole] = [
        "keyword": .codeKeyword, "type": .codeType, "function": .codeFunction, "string": .codeString,
        "number": .codeNumber, "comment": .codeComment, "added": .codeAdded, "removed": .codeRemoved,
        "plain": .codeBlock,
    ]

    mutating func blockComments() -> [Language.BlockComment] {
        elements(of: "block-comments", example: #"block-comments = [{ open = "/*", close = "*/" }]"#) {
            reader, path in
            guard reader.isTable(path, keys: ["open", "close", "nests"]),
                let open = reader.text("open", of: path), let close = reader.text("close", of: path)
            else { return nil }
            let nests = reader.file.boolean(at: path + ["nests"], example: "nests = true") ?? false
            return Language.BlockComment(open: open, close: close, nests: nests)
        }
    }

    /// A string alone opens and closes, on one line, with a backslash for escapes. Of two that begin alike the longer one counts.
    mutating func strings() -> [Language.Quotation] {
        let strings = elements(of: "strings", example: ##"strings = ["'", { open = "#'", close = "'#" }]"##) {
            reader, path -> Language.Quotation? in
            if case .string(let text) = reader.file.node(at: path) {
                guard Self.checked(text, at: path, in: &reader.file) else { return nil }
                return Language.Quotation(open: text, close: text)
            }
            guard reader.isTable(path, keys: ["open", "close", "escapes", "multiline"]),
                let open = reader.text("open", of: path)
            else { return nil }
            let close = reader.file.node(at: path + ["close"]) == nil ? open : reader.text("close", of: path)
            guard let close else { return nil }
            return Language.Quotation(
                open: open, close: close,
                escapes: reader.file.boolean(at: path + ["escapes"], example: "escapes = false") ?? true,
                isMultiline: reader.file.boolean(at: path + ["multiline"], example: "multiline = true")
                    ?? false)
        }
        return strings.enumerated().sorted {
            ($1.element.open.utf8.count, $0.offset) < ($0.element.open.utf8.count, $1.offset)
        }.map(\.element)
    }

    mutating func lines() -> [Language.LineStart] {
        elements(of: "lines", example: #"lines = [{ start = "+", role = "added" }]"#) { reader, path in
            guard reader.isTable(path, keys: ["start", "role", "rest"]),
                let start = reader.text("start", of: path)
            else { return nil }
            guard let name = reader.file.string(at: path + ["role"], example: #"role = "comment""#),
                let role = Self.role(name, at: path + ["role"], in: &reader.file)
            else {
                if reader.file.node(at: path + ["role"]) == nil {
                    reader.file.report(
                        "\"role\" is missing.", at: path, advice: #"Write it as in role = "comment""#)
                }
                return nil
            }
            return Language.LineStart(
                start, role: role,
                isRestCode: reader.file.boolean(at: path + ["rest"], example: "rest = true") ?? false)
        }
    }

    // MARK: Values

    private mutating func elements<Element>(
        of key: String, example: String,
        read: (inout LanguageParts, SettingsFile.Path) -> Element?
    ) -> [Element] {
        guard let node = file.node(at: [key]) else { return [] }
        guard case .array(let elements) = node else {
            file.report(
                "\(SettingsFile.quoted(key)) is \(node.kind); it has to be a list.", at: [key],
                advice: "Write it as in \(example)")
            return []
        }
        return elements.indices.compactMap { read(&self, [key, String($0)]) }
    }

    private mutating func isTable(_ path: SettingsFile.Path, keys: [String]) -> Bool {
        guard case .table = file.node(at: path) else {
            file.report(
                "An element of \(SettingsFile.quoted(path[0])) is no table.", at: path,
                advice: "Write it as in { \(keys[0]) = \"…\", \(keys[1]) = \"…\" }")
            return false
        }
        file.checkKeys(below: path, known: keys, place: "in \(SettingsFile.quoted(path[0]))")
        return true
    }

    private mutating func text(_ key: String, of path: SettingsFile.Path) -> String? {
        let inner = path + [key]
        guard let text = file.string(at: inner, example: "\(key) = \"…\"") else {
            if file.node(at: inner) == nil {
                file.report(
                    "\(SettingsFile.quoted(key)) is missing in \(SettingsFile.quoted(path[0])).", at: path,
                    advice: "Add \(key) = \"…\"")
            }
            return nil
        }
        return Self.checked(text, at: inner, in: &file) ? text : nil
    }

    /// Whether a line can have it.
    static func checked(_ text: String, at path: SettingsFile.Path, in file: inout SettingsFile) -> Bool {
        if (1...longest).contains(text.count), !text.contains(where: \.isNewline) { return true }
        file.report(
            "\(SettingsFile.quoted(text)) is not 1 to \(longest) characters of one line.", at: path,
            advice: "Write what the code has, as in \"//\".")
        return false
    }

    static func role(_ name: String, at path: SettingsFile.Path, in file: inout SettingsFile) -> StyleRole? {
        if let role = roles[name] { return role }
        file.report(
            "There is no role \(SettingsFile.quoted(name)) of code.", at: path,
            advice: NearestName(known: roles.keys.sorted()).advice(for: name))
        return nil
    }
}
