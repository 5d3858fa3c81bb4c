import Foundation

extension Config {
    /// Reads `config.toml`. What cannot be used is left out and reported as a ``Problem``.
    /// - Parameters:
    ///   - file: read instead of the one in the config folder; it has to exist.
    ///   - environment: names the user of accounts that name none (`USER`, `LOGNAME`).
    public static func load(
        from folders: Folders, file: String? = nil, environment: [String: String]
    ) -> (Config, [Problem]) {
        let path = file ?? folders.configFile
        var reader = ConfigReader(
            file: SettingsFile(path: path, name: folders.display(path), mustExist: file != nil),
            folders: folders, user: Config.defaultUser(in: environment))
        let config = reader.config()
        return (config, reader.file.problems)
    }
}

/// Reads a ``Config`` from a TOML file, reporting what it cannot use.
private struct ConfigReader {
    var file: SettingsFile
    let folders: Folders
    /// The user of accounts that name none.
    let user: String

    mutating func config() -> Config {
        var config = Config()
        config.hasUnusableAccounts = !file.problems.isEmpty
        config.keyVariables = file.keyVariables(below: ["accounts"])
        file.checkKeys(
            below: [],
            known: ["theme"] + SettingsFile.appearanceKeys + [
                "bell", "notify", "reply-limit", "polls-per-second", "local", "accounts",
            ])
        if let theme = file.string(at: ["theme"], example: #"theme = "auto""#) { config.theme = theme }
        config.appearance = file.appearance()
        config.alerts = file.alerts()
        if let limit = file.integer(at: ["reply-limit"], within: 1...1024, example: "reply-limit = 64") {
            config.replyLimit = limit
        }
        let rate = file.integer(at: ["polls-per-second"], within: 1...1000, example: "polls-per-second = 20")
        if let rate { config.pollsPerSecond = rate }
        if let local = file.boolean(at: ["local"], example: "local = false") { config.showsLocal = local }
        guard file.hasTable(at: ["accounts"], example: "[accounts.support]") else {
            if file.node(at: ["accounts"]) != nil { config.hasUnusableAccounts = true }
            return config
        }
        for name in file.keys(below: ["accounts"]) {
            if let account = account(name) {
                config.accounts.append(account)
            } else {
                config.hasUnusableAccounts = true
            }
        }
        return config
    }

    private mutating func account(_ name: String) -> Config.Account? {
        let path = ["accounts", name]
        guard file.hasTable(at: path, example: "[accounts.support]") else { return nil }
        guard !name.isEmpty,
            !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            file.report(
                "An account needs a name.", at: path, advice: "Write it as in [accounts.support]")
            return nil
        }
        let place = "account \(SettingsFile.quoted(name))"
        file.checkKeys(
            below: path,
            known: [
                "service", "url", "key-env", "key-command", "key-file", "user", "agents", "insecure",
                "ca-file",
            ],
            place: "in " + place)
        let isInsecure = file.boolean(at: path + ["insecure"], example: "insecure = true") ?? false
        let authorityFile = file.authorityFile(at: path + ["ca-file"], folders: folders)
        // All three are read before the account is given up, so that every problem is reported at once.
        let service = service(at: path, place: place)
        let url = url(at: path, place: place, service: service, isInsecure: isInsecure)
        let key = file.keySource(at: path, place: place, folders: folders, isRequired: true)
        let user = file.string(at: path + ["user"], example: #"user = "user123""#) ?? self.user
        let agents = agents(at: path, place: place, account: name, service: service)
        guard let service, let url, let key else { return nil }
        return Config.Account(
            name: name, service: service, url: url, key: key, user: user, agents: agents,
            isInsecure: isInsecure, authorityFile: authorityFile)
    }

    private mutating func service(at path: SettingsFile.Path, place: String) -> Config.Account.Service? {
        let known = Config.Account.Service.allCases.map(\.rawValue)
        let isThere = file.node(at: path + ["service"]) != nil
        guard let text = file.string(at: path + ["service"], example: #"service = "lyzr""#) else {
            if !isThere {
                file.report(
                    "There is no service in \(place).", at: path,
                    advice: "Add service = \"…\" with one of: \(known.joined(separator: ", ")).")
            }
            return nil
        }
        if let service = Config.Account.Service(rawValue: text) { return service }
        file.report(
            "There is no service \(SettingsFile.quoted(text)).", at: path + ["service"],
            advice: NearestName(known: known).advice(for: text))
        return nil
    }

    // MARK: Address

    private mutating func url(
        at path: SettingsFile.Path, place: String, service: Config.Account.Service?, isInsecure: Bool
    ) -> String? {
        let example = #"url = "https://agents.example.org""#
        let isThere = file.node(at: path + ["url"]) != nil
        if let text = file.string(at: path + ["url"], example: example) {
            guard let fault = Config.Account.fault(ofURL: text) else {
                return file.allows(url: text, at: path + ["url"], place: place, isInsecure: isInsecure)
                    ? text : nil
            }
            file.report(
                "The url of \(place) \(fault).", at: path + ["url"], advice: "Write it as in \(example)")
            return nil
        }
        guard !isThere, let service else { return nil }
        if let url = service.defaultURL { return url }
        file.report(
            "There is no url in \(place), and \(service.rawValue) has no default.", at: path,
            advice: "Add \(example)")
        return nil
    }

    // MARK: Agents

    private mutating func agents(
        at account: SettingsFile.Path, place: String, account name: String, service: Config.Account.Service?
    ) -> [Config.Account.Agent] {
        let path = account + ["agents"]
        let example = "agents = [ { id = \(service?.agentExample ?? "\"…\""), name = \"Support\" } ]"
        guard let node = file.node(at: path) else {
            if service == .xagent {
                file.report(
                    "There is no agent in \(place), and chat-tasks does not list any.", at: account,
                    advice: "Add \(example)")
            }
            // With AUI a key belongs to one agent, which has no other name.
            return service == .aui ? [Config.Account.Agent(id: name, name: name)] : []
        }
        guard case .array(let elements) = node else {
            file.report(
                "\"agents\" is \(node.kind); it has to be a list.", at: path,
                advice: "Write it as in \(example)")
            return []
        }
        var agents: [Config.Account.Agent] = []
        for index in elements.indices {
            let place = path + [String(index)]
            guard let agent = agent(at: place, in: name, example: example),
                fits(agent, service, at: place, example)
            else { continue }
            if agents.contains(where: { $0.id == agent.id }) {
                file.report(
                    "The agent \(SettingsFile.quoted(agent.id)) is in account \(SettingsFile.quoted(name)) twice.",
                    at: place,
                    advice: "The first one counts.")
            } else {
                agents.append(agent)
            }
        }
        return agents
    }

    /// Whether the id of an agent can be one of its service's; otherwise it is reported.
    private mutating func fits(
        _ agent: Config.Account.Agent, _ service: Config.Account.Service?, at path: SettingsFile.Path,
        _ example: String
    ) -> Bool {
        guard let fault = service?.fault(ofAgent: agent.id) else { return true }
        file.report(
            "The id \(SettingsFile.quoted(agent.id)) of an agent \(fault).", at: path + ["id"],
            advice: "Write it as in \(example)")
        return false
    }

    private mutating func agent(
        at path: SettingsFile.Path, in account: String, example: String
    ) -> Config.Account.Agent? {
        let place = "account \(SettingsFile.quoted(account))"
        guard file.hasTable(at: path, example: example) else { return nil }
        file.checkKeys(below: path, known: ["id", "name"], place: "in an agent of \(place)")
        let id: String? =
            if case .integer(let number) = file.node(at: path + ["id"]) { String(number) } else {
                file.string(at: path + ["id"], example: example)
            }
        guard let id, !id.isEmpty else {
            if file.node(at: path + ["id"]).map({ $0 == .string("") }) ?? true {
                file.report("An agent of \(place) has no id.", at: path, advice: "Write it as in \(example)")
            }
            return nil
        }
        let name = file.string(at: path + ["name"], example: example) ?? ""
        return Config.Account.Agent(id: id, name: name.isEmpty ? id : name)
    }
}
