extension ServerSettings {
    /// Reads `server.toml`. What cannot be used is left out and reported as a ``Problem``. The file need not exist.
    public static func load(from folders: Folders) -> (ServerSettings, [Problem]) {
        let path = folders.serverFile
        var reader = ServerSettingsReader(
            file: SettingsFile(path: path, name: folders.display(path)), folders: folders)
        let settings = reader.settings()
        return (settings, reader.file.problems)
    }
}

/// Reads ``ServerSettings`` from a TOML file, reporting what it cannot use.
private struct ServerSettingsReader {
    var file: SettingsFile
    let folders: Folders

    mutating func settings() -> ServerSettings {
        file.checkKeys(below: [], known: ["host", "port", "prefix", "store", "limits", "agents"])
        var settings = ServerSettings()
        if let host = host() { settings.host = host }
        if let port = file.integer(at: ["port"], within: 0...65535, example: "port = 4477") {
            settings.port = port
        }
        if let prefix = prefix() { settings.prefix = prefix }
        if let store = file.string(at: ["store"], example: #"store = "~/chats/server.sqlite""#),
            !store.isEmpty
        {
            settings.store = folders.resolve(store)
        }
        settings.limits = limits()
        settings.keyVariables = file.keyVariables(below: ["agents"])
        if file.hasTable(at: ["agents"], example: "[agents.guide]") {
            settings.agents = agents()
        }
        return settings
    }

    private mutating func host() -> String? {
        let example = #"host = "127.0.0.1""#
        guard let host = file.string(at: ["host"], example: example) else { return nil }
        let isHost =
            !host.isEmpty && host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
        if isHost { return host }
        file.report(
            "The host \(SettingsFile.quoted(host)) is not an address.", at: ["host"],
            advice: "Write it as in \(example)")
        return nil
    }

    private mutating func prefix() -> String? {
        let example = #"prefix = "/agents""#
        guard let text = file.string(at: ["prefix"], example: example) else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: true)
        let isPath = parts.allSatisfy { part in
            part != "." && part != ".."
                && part.utf8.allSatisfy { Self.pathBytes.contains($0) }
        }
        if isPath, parts.isEmpty || text.hasPrefix("/") { return parts.map { "/" + $0 }.joined() }
        file.report(
            "The prefix \(SettingsFile.quoted(text)) is not a path.", at: ["prefix"],
            advice:
                "Begin it with a slash, with letters, digits, -, _, . and ~ between slashes, as in \(example)"
        )
        return nil
    }

    /// The unreserved characters of RFC 3986, which need no escape in a path.
    private static let pathBytes = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)

    private mutating func limits() -> [ServerSettings.Limit: Int] {
        guard file.hasTable(at: ["limits"], example: "[limits]") else { return [:] }
        file.checkKeys(
            below: ["limits"], known: ServerSettings.Limit.allCases.map(\.rawValue), place: "in [limits]")
        var limits: [ServerSettings.Limit: Int] = [:]
        for limit in ServerSettings.Limit.allCases {
            limits[limit] = file.integer(
                at: ["limits", limit.rawValue], within: limit.range,
                example: "\(limit.rawValue) = \(max(1, limit.range.lowerBound))")
        }
        return limits
    }

    // MARK: Agents

    private mutating func agents() -> [ServerSettings.Agent] {
        var agents: [ServerSettings.Agent] = []
        for key in file.keys(below: ["agents"]) {
            guard let agent = ServerAgentReader.read(key, from: &file, folders: folders) else { continue }
            if let twin = agents.first(where: { $0.sharesName(with: agent) }) {
                file.report(
                    "The agents \(SettingsFile.quoted(twin.key)) and \(SettingsFile.quoted(key)) have the same hex or id.",
                    at: ["agents", key], advice: "Change one; until then the first counts.")
            } else {
                agents.append(agent)
            }
        }
        if agents.isEmpty {
            file.report(
                "No agent here can be used, so the guide answers.", at: ["agents"],
                advice: #"Write one as in [agents.guide] with kind = "guide"."#)
        }
        return agents
    }
}

extension ServerSettings.Agent {
    fileprivate func sharesName(with other: ServerSettings.Agent) -> Bool {
        (hex != nil && hex == other.hex) || (id != nil && id == other.id)
    }
}
