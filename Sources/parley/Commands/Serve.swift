import AgentServer
import Agents
import ArgumentParser
import Foundation
import Settings
import Storage

/// `parley serve`
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the local server by itself.",
        discussion: """
            It runs until Ctrl-C, and is reachable from this computer alone unless server.toml or --host says otherwise. Its \
            conversations are kept. Every request needs a key from `parley serve keys`; while there is none, the server prints \
            one that is valid until it ends.
            """,
        subcommands: [ServeKeys.self])

    @Option(help: "The address to listen on, instead of the one in server.toml.")
    var host: String?

    @Option(help: "The port to listen on, instead of the one in server.toml; 0 lets the system choose.")
    var port: Int?

    @Flag(help: "Print an example server.toml to start from.")
    var example = false

    @OptionGroup var config: ConfigOption

    func validate() throws {
        if let port, !(0...65535).contains(port) {
            throw ValidationError("--port takes a number from 0 to 65535.")
        }
    }

    func run() async throws {
        if example { return try Output.standard.write(Self.exampleText) }
        let context = try config.context()
        for problem in context.server.problems { Output.error.report(problem.description) }
        let log = Log(context)
        let configuration = ServerConfigurationFactory(context, redactor: log.redactor)
        let settings = configuration.standalone(host: host, port: port)
        let server = LocalServer(settings, logger: log.logger("server"))
        let (signals, signalSink) = AsyncStream<Int32>.makeStream()
        let signalTrap = SignalTrap { signalSink.yield($0) }
        let url = try await server.start()
        if let problem = await server.storeProblem { Output.error.report(problem) }
        try await announce(server, at: url, settings.agents)
        let modelSearch = Task { try await announceFound(by: server) }
        let agents = LiveAgents(context, server, configuration) { try await Self.announceAgents(of: server) }
        let watch = FolderWatch(of: context.settingsFolders, suffixes: [".toml"]) {
            Task { await agents.reload() }
        }
        for await _ in signals { break }
        withExtendedLifetime(signalTrap) {}
        watch?.stop()
        modelSearch.cancel()
        await server.stop()
        await log.close()
    }

    private func announce(_ server: LocalServer, at url: URL, _ agents: [AgentDefinition]) async throws {
        var table = Table()
        table.add([.init("address"), .init(url.absoluteString)])
        // A person who has created keys needs no other, and this one would end up in the log of a service manager.
        if try await !server.hasKeys(), let key = await server.processKey {
            table.add([.init("key"), .init(key)])
        }
        for agent in try await server.agents() {
            let definition = agents.first { $0.key == agent.key }
            table.add(Self.row(agent, way: (definition?.agent as? any DiagnosableAgent)?.way))
        }
        try table.write(to: .standard)
    }

    /// Announces the agents once more: they have changed.
    private static func announceAgents(of server: LocalServer) async throws {
        var table = Table()
        for agent in try await server.agents() { table.add(row(agent)) }
        try table.write(to: .standard)
    }

    /// Announces the models of this computer once they are found.
    private func announceFound(by server: LocalServer) async throws {
        var table = Table()
        for agent in try await server.foundAgents() { table.add(Self.row(agent)) }
        try table.write(to: .standard)
    }

    /// - Parameter way: which way its messages go, if not directly.
    private static func row(_ agent: OfferedAgent, way: String? = nil) -> [Table.Cell] {
        [
            .init("agent"),
            .init(
                "\(agent.name) (\(agent.hex)), key \(agent.key), number \(agent.id)"
                    + (way.map { ", " + $0 } ?? "")),
        ]
    }

    static let exampleText = """
        # The local server of parley: ~/.config/parley/server.toml. Everything is optional.

        host = "127.0.0.1"                  # Addresses other than this computer's own need a key.
        port = 4477
        # prefix = "/parley"                # Everything is served below this path as well.
        # store = "~/chats/server.sqlite"   # Conversations, and hashes of the keys.

        # [limits]
        # body-size = 1048576               # bytes of a request
        # header-size = 32768
        # background-turns = 4              # at once; others wait
        # requests-per-minute = 6000        # per key; 0 for no limit
        # streams-per-key = 256             # replies at once; 0 for no limit
        # wrong-keys-per-minute = 60        # from one address; 0 for no limit
        # connections = 2048                # at once; others wait
        # first-request-timeout = 10        # seconds for a new connection
        # request-timeout = 60              # seconds for a request to arrive
        # silence-timeout = 120             # seconds without traffic

        # The agents, the first one the default; the name of the table is the agent's key. If the file has no agents, the server
        # offers the guide, the demo and the models it finds on this computer.
        [agents.guide]
        kind = "guide"

        [agents.demo]
        kind = "demo"

        # A model behind an endpoint that speaks OpenAI's chat completions.
        #
        # [agents.local]
        # kind = "openai"
        # url = "http://127.0.0.1:11434/v1"
        # model = "llama3.2"
        # name = "Llama"
        # system = "You answer briefly."
        # temperature = 0.7
        # history = 24000                   # characters of the conversation that it gets
        # key-env = "MODEL_KEY"             # or key-command, key-file, if the endpoint needs a key
        # # ca-file = "~/ca.pem"            # certificate authorities that are trusted besides the system's
        # insecure = true                   # allows http:// to another machine: others can read the messages

        # A program: it reads the message on standard input and writes the answer to standard output.
        #
        # [agents.count]
        # kind = "command"
        # command = ["wc", "-w"]
        # input = "message"                 # or "json": with the conversation so far
        # format = "markdown"               # or "text", or "terminal": with colours, as a terminal shows it
        # environment = ["MODEL_KEY"]       # variables with keys that it gets anyway
        # timeout = 600                     # seconds
        # welcome = "Give me a text, and I count its words."
        # suggestions = ["to be or not to be"]
        # hex = "60d0fe4f5311236168a109ca"  # ids are generated and kept if not given
        # id = 7

        """
}
