import AgentServer
import Agents
import Programs
import Settings
import Wire

/// Maps `server.toml` to the configuration of the local server.
struct ServerConfigurationFactory: Sendable {
    let context: ProgramContext
    let redactor: Redactor

    /// Of the programs of all agents.
    private let programs: ProgramRegistry

    private var settings: ServerSettings { context.server.settings }

    init(_ context: ProgramContext, redactor: Redactor) {
        self.context = context
        self.redactor = redactor
        programs = ProgramRegistry(folder: context.folders.data + "/programs")
    }

    /// Where conversations and keys are kept.
    var store: StoreLocation { .file(path: settings.store ?? context.folders.serverDatabase) }

    /// The server inside the interface: on a loopback port that the system chooses, whatever the file says.
    var embedded: ServerConfiguration {
        ServerConfiguration(
            store: store, agents: agents, limits: limits, findAgents: search(for: settings))
    }

    /// The search for models of this computer, if the settings name no agents.
    func search(for settings: ServerSettings) -> ServerConfiguration.Search? {
        guard settings.agents == nil else { return nil }
        return { await ModelSearch().agents(besides: $0) }
    }

    /// The server of `parley serve`.
    /// - Parameters:
    ///   - host: overrides the file's.
    ///   - port: overrides the file's.
    func standalone(host: String?, port: Int?) -> ServerConfiguration {
        var configuration = embedded
        configuration.host = host ?? settings.host
        configuration.port = port ?? settings.port
        configuration.pathPrefix = PathPrefix(settings.prefix)
        return configuration
    }

    var agents: [AgentDefinition] { agents(of: settings) }

    /// Never empty: without any other agent there are the guide and the demo.
    func agents(of settings: ServerSettings) -> [AgentDefinition] {
        let agents = (settings.agents ?? []).map(definition)
        return agents.isEmpty ? [.guide(manual: ProgramManual.sections), .demo()] : agents
    }

    private var limits: ServerLimits {
        var limits = ServerLimits()
        for (limit, value) in settings.limits {
            switch limit {
            case .bodySize: limits.bodySize = value
            case .headerSize: limits.headerSize = value
            case .backgroundTurns: limits.backgroundTurns = value
            case .requestsPerMinute: limits.requestsPerMinute = value == 0 ? nil : value
            case .streamsPerKey: limits.streamsPerKey = value == 0 ? nil : value
            case .wrongKeysPerMinute: limits.wrongKeysPerMinute = value == 0 ? nil : value
            case .connections: limits.connections = value
            case .firstRequestTimeout: limits.firstRequest = .seconds(value)
            case .requestTimeout: limits.request = .seconds(value)
            case .silenceTimeout: limits.silence = .seconds(value)
            }
        }
        return limits
    }

    // MARK: Agents

    private func definition(_ agent: ServerSettings.Agent) -> AgentDefinition {
        var definition =
            switch agent.kind {
            case .guide: AgentDefinition.guide(manual: ProgramManual.sections)
            case .demo: AgentDefinition.demo()
            case .openAI(let model):
                AgentDefinition(key: agent.key, name: agent.key, agent: self.model(model))
            case .command(let program):
                AgentDefinition(key: agent.key, name: agent.key, agent: self.program(program))
            }
        definition.key = agent.key
        definition.name = agent.name ?? definition.name
        definition.description = agent.description ?? definition.description
        definition.hex = agent.hex
        definition.id = agent.id.map(Int64.init)
        definition.welcome = agent.welcome ?? definition.welcome
        definition.suggestions = agent.suggestions ?? definition.suggestions
        return definition
    }

    private func model(_ model: ServerSettings.Model) -> OpenAIAgent {
        var configuration = OpenAIAgent.Configuration(url: model.url, model: model.model)
        configuration.key = model.key.map(fetchKey)
        configuration.system = model.system
        configuration.temperature = model.temperature
        configuration.topP = model.topP
        configuration.maxTokens = model.maxTokens
        configuration.asksForUsage = model.usage
        configuration.history = model.history ?? configuration.history
        configuration.network = NetworkEnvironment(context.environment)
        configuration.authorityFile = model.authorityFile
        if let seconds = model.connectTimeout { configuration.timeouts.connect = .seconds(seconds) }
        if let seconds = model.firstByteTimeout { configuration.timeouts.firstByte = .seconds(seconds) }
        if let seconds = model.silenceTimeout { configuration.timeouts.idle = .seconds(seconds) }
        return OpenAIAgent(configuration)
    }

    private func fetchKey(_ source: Config.Account.KeySource) -> @Sendable () async throws -> String {
        { [context, redactor] in
            let key = try await source.key(environment: context.environment, hidden: context.keyVariables)
            redactor.learn(key)
            return key
        }
    }

    private func program(_ program: ServerSettings.Program) -> CommandAgent {
        var configuration = CommandAgent.Configuration(
            words: program.words, environment: context.environment,
            input: program.input == .json ? .json : .message)
        configuration.hiddenVariables = { [context] in
            context.keyVariables.subtracting(program.environment)
        }
        configuration.folder = program.folder
        configuration.registry = programs
        configuration.format =
            switch program.format {
            case .markdown: .markdown
            case .text: .text
            case .terminal: .terminal
            }
        configuration.history = program.history ?? configuration.history
        configuration.timeout = program.timeout.map { .seconds($0) } ?? configuration.timeout
        return CommandAgent(configuration)
    }
}
