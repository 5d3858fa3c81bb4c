/// Reads one agent of `server.toml`, `[agents.KEY]`, reporting what it cannot use.
struct ServerAgentReader {
    private var file: SettingsFile
    private let folders: Folders
    private let key: String

    private var path: SettingsFile.Path { ["agents", key] }
    private var place: String { "agent \(SettingsFile.quoted(key))" }

    static func read(
        _ key: String, from file: inout SettingsFile, folders: Folders
    ) -> ServerSettings.Agent? {
        var reader = ServerAgentReader(file: file, folders: folders, key: key)
        let agent = reader.agent()
        file = reader.file
        return agent
    }

    private static let kinds: [(name: String, keys: [String])] = [
        ("guide", []), ("demo", []),
        (
            "openai",
            [
                "url", "model", "system", "temperature", "top-p", "max-tokens", "usage", "history",
                "connect-timeout",
                "first-byte-timeout", "silence-timeout", "insecure", "ca-file",
            ] + SettingsFile.keyNames
        ),
        ("command", ["command", "shell", "input", "format", "folder", "environment", "timeout", "history"]),
    ]
    private static let commonKeys = ["kind", "name", "description", "hex", "id", "welcome", "suggestions"]

    private mutating func agent() -> ServerSettings.Agent? {
        guard file.hasTable(at: path, example: "[agents.guide]"), hasValidKey(), let kind = kind() else {
            return nil
        }
        guard let answering = answering(kind) else { return nil }
        var agent = ServerSettings.Agent(key: key, kind: answering)
        agent.name = text("name", example: #"name = "Reviewer""#)
        agent.description = text("description", example: #"description = "Reviews a change.""#)
        agent.hex = hex()
        agent.id = file.integer(at: path + ["id"], within: 1...Int(Int32.max), example: "id = 7")
        agent.welcome = text("welcome", example: #"welcome = "Hello!""#)
        agent.suggestions = file.strings(
            at: path + ["suggestions"], example: #"suggestions = ["What can you do?"]"#)
        return agent
    }

    private mutating func hasValidKey() -> Bool {
        let isValid =
            (1...50).contains(key.utf8.count)
            && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        if !isValid {
            file.report(
                "\(SettingsFile.quoted(key)) cannot be the key of an agent.", at: path,
                advice: "It may have 1 to 50 letters, digits, - and _, as in [agents.reviewer].")
        }
        return isValid
    }

    /// The name of its kind. Keys that do not belong to the kind are reported.
    private mutating func kind() -> String? {
        let known = Self.kinds.map(\.name)
        let isThere = file.node(at: path + ["kind"]) != nil
        guard let name = file.string(at: path + ["kind"], example: #"kind = "openai""#) else {
            if !isThere {
                file.report(
                    "There is no kind in \(place).", at: path,
                    advice: "Add kind = \"…\" with one of: \(known.joined(separator: ", ")).")
            }
            return nil
        }
        guard let kind = Self.kinds.first(where: { $0.name == name }) else {
            file.report(
                "There is no kind \(SettingsFile.quoted(name)) of agent.", at: path + ["kind"],
                advice: NearestName(known: known).advice(for: name))
            return nil
        }
        file.checkKeys(below: path, known: Self.commonKeys + kind.keys, place: "in \(place) of kind \(name)")
        return name
    }

    private mutating func answering(_ kind: String) -> ServerSettings.Agent.Kind? {
        switch kind {
        case "openai": model().map { .openAI($0) }
        case "command": program().map { .command($0) }
        case "demo": .demo
        default: .guide
        }
    }

    private mutating func hex() -> String? {
        let example = #"hex = "60d0fe4f5311236168a109ca""#
        guard let hex = file.string(at: path + ["hex"], example: example) else { return nil }
        if hex.utf8.count == 24, hex.allSatisfy(\.isHexDigit), hex.allSatisfy(\.isASCII) {
            return hex.lowercased()
        }
        file.report(
            "The hex of \(place) has to be 24 hexadecimal digits.", at: path + ["hex"],
            advice: "Write it as in \(example), or leave it out and the server generates one.")
        return nil
    }

    /// A string that is not empty.
    private mutating func text(_ name: String, example: String) -> String? {
        guard let text = file.string(at: path + [name], example: example), !text.isEmpty else { return nil }
        return text
    }

    /// A string that the agent needs; reported if it is missing.
    private mutating func required(_ name: String, example: String) -> String? {
        guard let node = file.node(at: path + [name]), node != .string("") else {
            file.report("There is no \(name) in \(place).", at: path, advice: "Add \(example)")
            return nil
        }
        return file.string(at: path + [name], example: example)
    }

    private mutating func seconds(_ name: String) -> Int? {
        file.integer(at: path + [name], within: 1...86_400, example: "\(name) = 60")
    }

    private mutating func history() -> Int? {
        file.integer(at: path + ["history"], within: 0...100_000_000, example: "history = 24000")
    }
}

// MARK: Models

extension ServerAgentReader {
    private mutating func model() -> ServerSettings.Model? {
        let url = url()
        let name = required("model", example: #"model = "llama3.2""#)
        let wantsKey = file.keys(below: path).contains(where: SettingsFile.keyNames.contains)
        let key = file.keySource(at: path, place: place, folders: folders, isRequired: false)
        guard let url, let name, key != nil || !wantsKey else { return nil }
        var model = ServerSettings.Model(url: url, model: name)
        model.key = key
        model.system = text("system", example: #"system = "You review changes.""#)
        model.temperature = file.number(
            at: path + ["temperature"], within: 0...2, example: "temperature = 0.7")
        model.topP = file.number(at: path + ["top-p"], within: 0...1, example: "top-p = 0.9")
        model.maxTokens = file.integer(
            at: path + ["max-tokens"], within: 1...10_000_000, example: "max-tokens = 2048")
        model.usage = file.boolean(at: path + ["usage"], example: "usage = true") ?? false
        model.history = history()
        model.authorityFile = file.authorityFile(at: path + ["ca-file"], folders: folders)
        model.connectTimeout = seconds("connect-timeout")
        model.firstByteTimeout = seconds("first-byte-timeout")
        model.silenceTimeout = seconds("silence-timeout")
        return model
    }

    private mutating func url() -> String? {
        let example = #"url = "http://127.0.0.1:11434/v1""#
        guard let url = required("url", example: example) else { return nil }
        let isInsecure = file.boolean(at: path + ["insecure"], example: "insecure = true") ?? false
        guard let fault = Config.Account.fault(ofURL: url) else {
            return file.allows(url: url, at: path + ["url"], place: place, isInsecure: isInsecure) ? url : nil
        }
        file.report(
            "The url of \(place) \(fault).", at: path + ["url"], advice: "Write it as in \(example)")
        return nil
    }
}

// MARK: Programs

extension ServerAgentReader {
    private mutating func program() -> ServerSettings.Program? {
        guard let words = words() else { return nil }
        var program = ServerSettings.Program(words: words)
        if let input: ServerSettings.Program.Input = word("input", example: #"input = "json""#) {
            program.input = input
        }
        if let format: ServerSettings.Program.Format = word("format", example: #"format = "terminal""#) {
            program.format = format
        }
        if let folder = text("folder", example: #"folder = "~/work""#) {
            program.folder = folders.resolve(folder)
        }
        program.environment =
            file.strings(at: path + ["environment"], example: #"environment = ["MODEL_KEY"]"#) ?? []
        program.timeout = seconds("timeout")
        program.history = history()
        return program
    }

    /// The program and its arguments. A single string is a line for the shell, and only if the file asks for one.
    private mutating func words() -> [String]? {
        let example = #"command = ["fortune", "-s"]"#
        let usesShell = file.boolean(at: path + ["shell"], example: "shell = true") ?? false
        switch file.node(at: path + ["command"]) {
        case nil:
            file.report("There is no command in \(place).", at: path, advice: "Add \(example)")
            return nil
        case .string(let line) where usesShell && !line.isEmpty:
            return ["/bin/sh", "-c", line]
        case .string:
            file.report(
                "The command of \(place) is a string; it has to be a list of strings.",
                at: path + ["command"],
                advice: "Write it as in \(example), or add shell = true to have a shell run it.")
            return nil
        default: break
        }
        guard !usesShell else {
            file.report(
                "With shell = true, the command of \(place) has to be one string.", at: path + ["command"],
                advice: #"Write it as in command = "fortune | head -1", or leave out shell."#)
            return nil
        }
        return list(example: example)
    }

    private mutating func list(example: String) -> [String]? {
        guard let words = file.strings(at: path + ["command"], example: example) else { return nil }
        if let program = words.first, !program.isEmpty {
            return program.hasPrefix("~/") ? [folders.resolve(program)] + words.dropFirst() : words
        }
        file.report(
            "The command of \(place) names no program.", at: path + ["command"],
            advice: "Write it as in \(example)")
        return nil
    }

    /// One of the words that a key can have.
    private mutating func word<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String, example: String
    ) -> Word? {
        guard let text = file.string(at: path + [name], example: example) else { return nil }
        if let word = Word(rawValue: text) { return word }
        file.report(
            "The \(name) of \(place) cannot be \(SettingsFile.quoted(text)).", at: path + [name],
            advice: NearestName(known: Word.allCases.map(\.rawValue)).advice(for: text))
        return nil
    }
}
