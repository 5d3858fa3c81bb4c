import AgentServer
import ArgumentParser
import Foundation
import Settings

/// `parley serve`
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the local server by itself.",
        discussion: """
            It answers on this computer alone, until Ctrl-C. Its conversations outlive it. Every request needs a key; the one \
            that is printed is valid until the server ends.
            """)

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 lets the system choose.")
    var port = 4477

    @OptionGroup var options: SetupOptions

    func validate() throws {
        guard (0...65535).contains(port) else {
            throw ValidationError("--port wants a number from 0 to 65535.")
        }
        guard ["127.0.0.1", "::1", "localhost"].contains(host) else {
            throw ValidationError(
                "--host wants an address of this computer alone: 127.0.0.1, ::1 or localhost.")
        }
    }

    func run() async throws {
        let setup = try options.setup()
        try setup.folders.make(setup.folders.data)
        let log = Log(setup)
        let server = LocalServer(
            ServerConfiguration(host: host, port: port, store: .file(path: setup.folders.serverDatabase)),
            manual: ProgramManual.sections, logger: log.logger("server"))
        let (signals, mailbox) = AsyncStream<Int32>.makeStream()
        let interruption = Interruption { mailbox.yield($0) }
        let url = try await server.start()
        try await announce(server, at: url)
        for await _ in signals { break }
        withExtendedLifetime(interruption) {}
        await server.stop()
        await log.close()
    }

    private func announce(_ server: LocalServer, at url: URL) async throws {
        var table = Table()
        table.add([.init("address"), .init(url.absoluteString)])
        table.add([.init("key"), .init(await server.processKey ?? "")])
        for agent in try await server.agents() {
            table.add([.init("agent"), .init("\(agent.name) (\(agent.hex))")])
        }
        try table.write(to: .standard)
    }
}
