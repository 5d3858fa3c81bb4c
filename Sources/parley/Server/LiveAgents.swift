import AgentServer
import Settings

/// Offers the agents of `server.toml` when it has been saved while the server runs. With a mistake in the file, or without it, the agents
/// stay as they are.
actor LiveAgents {
    private let context: ProgramContext
    private let server: LocalServer
    private let configuration: ServerConfigurationFactory
    private let changed: @Sendable () async throws -> Void
    private var settings: ServerSettings

    /// - Parameter changed: called when other agents are offered.
    init(
        _ context: ProgramContext, _ server: LocalServer, _ configuration: ServerConfigurationFactory,
        changed: @escaping @Sendable () async throws -> Void
    ) {
        self.context = context
        self.server = server
        self.configuration = configuration
        self.changed = changed
        settings = context.server.settings
    }

    func reload() async {
        let (new, problems) = ServerSettings.load(from: context.folders)
        for problem in problems { Output.error.report(problem.description) }
        guard problems.isEmpty, new.agents != settings.agents else { return }
        context.hide(new.keyVariables)
        do {
            try await server.use(configuration.agents(of: new), findAgents: configuration.search(for: new))
            settings = new
            try await changed()
        } catch {
            Output.error.report("The agents stay as they are: \(error)")
        }
    }
}
