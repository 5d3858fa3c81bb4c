import Foundation
import TestSupport
import Testing

/// The local server where it can store nothing: what it has stored can be read, and a message is refused with a clear word and kept.
@Suite(.ownThread, .enabled(if: Mounts.areAllowed)) struct UnwritableServerTests {
    private let home: TestHome
    /// The folder of the server's store, which is not that of the tasks.
    private var served: String { home.path + "/served" }

    init() throws {
        home = try TestHome()
        try home.write("store = \"~/served/server.sqlite\"\n", to: ".config/parley/server.toml")
        #expect(try home.run(["send", "Tell me about themes"]).status == 0)
    }

    private static let mounts: [@Sendable (String) -> String] = [
        Mounts.readOnly, Mounts.full, { Mounts.readOnly($0 + "/server.sqlite") },
    ]

    @Test(arguments: mounts) func theInterfaceStartsAndKeepsAMessage(mount: @Sendable (String) -> String)
        throws
    {
        let session = try Mounts.open(home, mount(served))
        try session.waitFor(text: "is honoured")
        session.type("Is this kept? " + String(repeating: "and this ", count: 30) + Keys.enter)
        try session.waitFor(text: "Nothing can be stored at the server")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
        let shown = try home.run(["show", "--offline", "Tell me about themes"])
        #expect(shown.output.contains("is honoured"))
        #expect(shown.output.contains("Is this kept? and this"))
        #expect(shown.output.contains("Nothing can be stored at the server"), "\(shown.output)")
        // When there is room again, the same message goes out.
        #expect(try home.run(["send", "--task", "Tell me about themes", "What can you do?"]).status == 0)
    }

    @Test(arguments: mounts) func aCommandFailsInTheServersWords(mount: @Sendable (String) -> String) throws {
        let sent = try Mounts.run(
            home, mount(served), ["send", "Kept? " + String(repeating: "and this ", count: 30)])
        #expect(sent.status == 1)
        #expect(sent.errors.contains("Nothing can be stored at the server"), "\(sent.errors)")
        let tasks = try home.run(["tasks", "--offline"]).output.split(separator: "\n")
        let failed = try #require(tasks.first { $0.contains("\tfailed\t") }?.split(separator: "\t").first)
        #expect(try home.run(["show", "--offline", String(failed)]).output.contains("Kept? and this"))
    }

    @Test func aServerByItselfReadsAndRefusesToWrite() throws {
        let server = try home.serve(wrapper: Mounts.words(Mounts.readOnly(served)))
        func answer(_ method: String, _ path: String, _ body: String = "") throws -> String {
            try ClientSocket(port: server.port).answer(
                to:
                    "\(method) \(path) HTTP/1.1\r\nhost: x\r\nx-api-key: \(server.key)\r\nconnection: close\r\n"
                    + "content-length: \(body.utf8.count)\r\n\r\n\(body)")
        }
        #expect(try answer("GET", "/v1/chat/tasks/1").contains("is honoured"))
        #expect(try answer("GET", "/v2/agents/guide/sessions").contains("Tell me about themes"))
        let refused = try answer(
            "POST", "/v2/task/",
            #"{"agent_id": "\#(server.agentHex)", "user_id": "u", "session_id": "s", "message": "hi"}"#)
        #expect(refused.hasPrefix("HTTP/1.1 503 "), "\(refused)")
        #expect(refused.contains("its files can only be read"))
        #expect(server.stop() == 0)
    }

    /// What a person sees who starts it in a terminal.
    @Test func theServerSaysThatItStoresNothing() throws {
        let words =
            Mounts.words(Mounts.readOnly(served)) + [BuiltPrograms.path("parley"), "serve", "--port", "0"]
        let session = try TerminalSession(
            executable: words[0], arguments: Array(words.dropFirst()), environment: home.environment,
            columns: 200, rows: 30, directory: home.path)
        try session.waitFor(text: "The server shows what it has stored, and accepts nothing new.")
        try session.waitFor(text: "agent")
        session.type(Keys.control("c"))
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func aStoreThatCannotBeMadeIsOneLine() throws {
        let other = try TestHome()
        try other.write("", to: "served/.keep")
        try other.write("store = \"~/served/server.sqlite\"\n", to: ".config/parley/server.toml")
        for arguments in [["serve", "--port", "0"], ["serve", "keys", "create", "x"]] {
            let outcome = try Mounts.run(other, Mounts.readOnly(other.path + "/served"), arguments)
            #expect(outcome.status == 1)
            #expect(outcome.output == "")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
            #expect(outcome.errors.contains("cannot be"), "\(outcome.errors)")
        }
    }
}
