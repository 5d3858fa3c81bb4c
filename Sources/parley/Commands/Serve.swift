import AgentServer
import ArgumentParser
import Foundation
import Settings

/// `parley serve`
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the local server by itself.",
        discussion: """
            It answers until Ctrl-C, on this computer alone unless server.toml or --host says otherwise. Its conversations \
            outlive it. Every request needs a key: one that `parley serve keys` made, or where there is none the one that is \
            printed, which is valid until the server ends.
            """,
        subcommands: [ServeKeys.self])

    @Option(help: "The address to listen on, instead of the one in server.toml.")
    var host: String?

    @Option(help: "The port to listen on, instead of the one in server.toml; 0 lets the system choose.")
    var port: Int?

    @Flag(help: "Print an example server.toml to start from.")
    var example = false

    @OptionGroup var options: ContextOptions

    func validate() throws {
        if let port, !(0...65535).contains(port) {
            throw ValidationError("--port wants a number from 0 to 65535.")
        }
    }

    func run() async throws {
        if example { return try Output.standard.write(Self.exampleText) }
        let context = try options.context()
        for problem in context.server.problems { Output.error.report(problem.description) }
        let log = Log(context)
        let server = LocalServer(
            ServerLauncher(context, redactor: log.redactor).configuration(host: host, port: port),
            manual: ProgramManual.sections, logger: log.logger("server"))
        let (signals, mailbox) = AsyncStream<Int32>.makeStream()
        let interruption = SignalTrap { mailbox.yield($0) }
        let url = try await server.start()
        try await announce(server, at: url)
        let finding = Task { try await announceFound(by: server) }
        for await _ in signals { break }
        withExtendedLifetime(interruption) {}
        finding.cancel()
        await server.stop()
        await log.close()
    }

    private func announce(_ server: LocalServer, at url: URL) async throws {
        var table = Table()
        table.add([.init("address"), .init(url.absoluteString)])
        // Whoever has made keys needs no other, and this one would stand in the log of whatever started the server.
        if try await !server.hasKeys(), let key = await server.processKey {
            table.add([.init("key"), .init(key)])
        }
        for agent in try await server.agents() { table.add(Self.row(agent)) }
        try table.write(to: .standard)
    }

    /// The models of this computer may take a moment to be found.
    private func announceFound(by server: LocalServer) async throws {
        var table = Table()
        for agent in try await server.foundAgents() { table.add(Self.row(agent)) }
        try table.write(to: .standard)
    }

    private static func row(_ agent: OfferedAgent) -> [Table.Cell] {
        [.init("agent"), .init("\(agent.name) (\(agent.hex))")]
    }

    private static let exampleText = """
        # The local server of parley: ~/.config/parley/server.toml. All of it may be left out.

        host = "127.0.0.1"                  # Any other address than this computer's own wants a key made first.
        port = 4477
        # prefix = "/parley"                # Everything lies below this path as well.
        # store = "~/chats/server.sqlite"   # Where conversations and keys are kept, the keys hashed.

        # [limits]
        # body-size = 1048576               # bytes of a request
        # header-size = 32768
        # background-turns = 4              # that run at once; the others wait
        # requests-per-minute = 6000        # with one key; 0 for any number
        # streams-per-key = 256             # replies at once; 0 for any number
        # first-request-timeout = 10        # seconds that a new connection has
        # silence-timeout = 120             # seconds that a connection may be silent

        # The agents, the first one the default; the name of the table is the agent's key. Where no agent is named, the guide
        # answers, and models of this computer are looked for and offered beside it.
        [agents.guide]
        kind = "guide"

        # A model behind an endpoint that speaks OpenAI's chat completions.
        #
        # [agents.local]
        # kind = "openai"
        # url = "http://127.0.0.1:11434/v1"
        # model = "llama3.2"
        # name = "Llama"
        # system = "You answer briefly."
        # temperature = 0.7
        # history = 24000                   # characters of the conversation that it is given
        # key-env = "MODEL_KEY"             # or key-command, key-file, where the endpoint wants a key

        # A program: the message on its standard input, the answer on its standard output.
        #
        # [agents.count]
        # kind = "command"
        # command = ["wc", "-w"]
        # input = "message"                 # or "json": with the conversation so far
        # timeout = 600                     # seconds
        # welcome = "Give me a text, and I count its words."
        # suggestions = ["to be or not to be"]
        # hex = "60d0fe4f5311236168a109ca"  # the ids are drawn and kept where they are not given
        # id = 7

        """
}
