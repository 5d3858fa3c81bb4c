import Foundation
import TestSupport
import Testing

/// What the program does where nothing can be stored, or what was stored is damaged.
@Suite(.ownThread) struct ReadingTests {
    private let home: TestHome
    private var data: String { home.path + "/.local/share/parley" }

    init() throws {
        home = try TestHome()
        #expect(try home.run(["send", "Tell me about themes"]).status == 0)
    }

    private func run(_ mount: String, _ arguments: [String]) throws -> Command.Outcome {
        try Mounts.run(home, mount, arguments)
    }

    private func open(_ mount: String) throws -> TerminalSession { try Mounts.open(home, mount) }

    private static let commands = [
        ["tasks"], ["show", "Tell me about themes"], ["search", "themes"],
        ["export", "Tell me about themes"],
    ]

    @Test(.enabled(if: Mounts.areAllowed), arguments: commands)
    func aReadOnlyFolderIsRead(command: [String]) throws {
        let usual = try home.run(command)
        let outcome = try run(Mounts.readOnly(data), command)
        #expect(outcome.status == 0)
        #expect(outcome.output == usual.output)
        #expect(outcome.errors.contains("nothing new is stored"))
        #expect(outcome.errors.contains("read-only file system"))
    }

    @Test(.enabled(if: Mounts.areAllowed), arguments: commands)
    func aFullDiskIsRead(command: [String]) throws {
        let usual = try home.run(command)
        let outcome = try run(Mounts.full(data), command)
        #expect(outcome.status == 0)
        #expect(outcome.output == usual.output)
    }

    @Test(.enabled(if: Mounts.areAllowed), arguments: [Mounts.readOnly, Mounts.full])
    func theInterfaceShowsWhatIsStored(mount: @Sendable (String) -> String) throws {
        let session = try open(mount(data))
        try session.waitFor(text: "is honoured")
        session.type(Keys.quit)
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    /// What a killed program has left in the log beside the store is read too.
    @Test(.enabled(if: Mounts.areAllowed))
    func aLogThatAKilledProgramLeftIsRead() throws {
        let session = try home.open()
        try session.waitFor(text: "Message to Guide")
        session.type("What can you do?" + Keys.enter)
        // What is answered is stored.
        try session.waitFor(text: "For everything else")
        session.type("half a thought")
        try session.waitFor(text: "half a thought")
        session.signal(SIGKILL)
        #expect(try session.waitForExit() == .signalled(SIGKILL))
        let outcome = try run(Mounts.readOnly(data), ["show", "Tell me about themes"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("What can you do?"))
    }

    @Test func aDamagedStoreIsKeptAndTheProgramGoesOn() throws {
        let path = data + "/parley.sqlite"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for index in 100..<4096 { bytes[index] = 0x5A }
        try bytes.write(to: URL(fileURLWithPath: path))
        let session = try home.open(columns: 160)
        try session.waitFor(text: "The store was damaged, and is kept as")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
        let names = try FileManager.default.contentsOfDirectory(atPath: data)
        let kept = try #require(names.first { $0.hasPrefix("parley.damaged-") && $0.hasSuffix(".sqlite") })
        #expect(try Data(contentsOf: URL(fileURLWithPath: data + "/" + kept)) == bytes)
        #expect(try home.mode(".local/share/parley/" + kept) == 0o600)
        #expect(try home.run(["send", "topics"]).status == 0)

        try Data(repeating: 0, count: 100_000).write(to: URL(fileURLWithPath: path))
        let outcome = try home.run(["tasks"])
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("The store was damaged, and is kept as"))
        #expect(try home.run(["tasks"]).errors == "")
    }

    @Test func theLocalServersStoreIsKeptTheSameWay() throws {
        let path = data + "/server.sqlite"
        for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
        try Data(repeating: 0, count: 50_000).write(to: URL(fileURLWithPath: path))
        let outcome = try home.run(["send", "topics"])
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("The server's store was damaged, and is kept as"))
        let names = try FileManager.default.contentsOfDirectory(atPath: data)
        #expect(names.contains { $0.hasPrefix("server.damaged-") })
    }
}
