import AgentClient
import ChatUI
import Foundation
import SessionCore
import Settings
import TestSupport

/// One reply on its whole way: the server in a process of its own, HTTP, client, session manager, store, mailbox, interface, canvas.
enum ReplyBenchmarks {
    static let all = [Benchmark("reply/whole-way", wholeWay)]

    private struct Passage {
        var length: Int
        var seconds: Double
        var processor: Double
        var interface: Double
        var frames: Int

        func perKB(_ value: Double) -> (String, Double) { (size(length), value * 1000 / Double(length)) }
    }

    @MainActor
    private static func wholeWay() async throws -> [Figure] {
        var passages: [Passage] = []
        for length in [100_000, 1_000_000] { passages.append(try await pass(length)) }
        return [
            Figure("each kB, in chunks of 20 B", .time, passages.map { $0.perKB($0.seconds) }),
            Figure("each kB, all of the client", .processor, passages.map { $0.perKB($0.processor) }),
            Figure("each kB, the interface's thread", .processor, passages.map { $0.perKB($0.interface) }),
            Figure("frames", .count, passages.map { (size($0.length), Double($0.frames)) }),
        ]
    }

    @MainActor
    private static func pass(_ length: Int) async throws -> Passage {
        let server = try ServerProcess()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let transport = HTTPTransport()
        let screen = LiveScreen(saying: try Order(chunks: length / 20).text)
        let (mailbox, alarm) = (Mailbox(), screen.alarm)
        let service = try ServiceFactory(transport: transport).makeService(
            .lyzr, account: account(server.address))
        let manager = SessionManager(
            store: try SessionStore(path: folder.file("parley.sqlite")), accounts: ["local": service]
        ) { event in
            mailbox.put(event)
            if case .turn(let turn) = event, turn.state.isOver { alarm.end() }
        }
        await manager.start()
        let application = application(on: screen, mailbox, manager, server.address)
        let (start, process, thread) = (wallTime(), processTime(), threadTime())
        consume(application.run())
        let passage = Passage(
            length: length, seconds: wallTime() - start, processor: processTime() - process,
            interface: threadTime() - thread,
            frames: screen.frames)
        await manager.shutdown()
        await transport.shutdown()
        return passage
    }

    private static func account(_ address: Serve.Address) -> ServiceAccount {
        ServiceAccount(
            name: "local", url: address.url, user: "load", agents: [agent(address)],
            keyDescription: "the benchmark"
        ) { address.key }
    }

    private static func agent(_ address: Serve.Address) -> Agent { Agent(id: address.agent, name: "Agent") }

    @MainActor
    private static func application(
        on screen: LiveScreen, _ mailbox: Mailbox, _ manager: SessionManager, _ address: Serve.Address
    ) -> Application {
        let catalog = ThemeCatalog()
        return Application(
            screen: screen, mailbox: mailbox,
            services: ApplicationServices(
                submit: { manager.submit($0) }, edit: { $0 }, saveTheme: { _ in }),
            accounts: [
                AccountEntry(name: "local", agents: [agent(address)], capabilities: [.streams, .background])
            ],
            keymap: Keymap.make().0,
            themes: ThemeChoice(
                all: catalog.all, automatic: (catalog.auto(dark: true), catalog.auto(dark: false)),
                name: "auto"),
            zone: .utc)
    }
}
