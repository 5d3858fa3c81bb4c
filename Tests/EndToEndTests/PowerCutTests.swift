import Foundation
import TestSupport
import Testing

/// What is on the disk after a power cut: a library that is preloaded into the program keeps each file as it was when it was last
/// synced, and everything else is dropped.
@Suite(
    .ownThread,
    .disabled(if: BuiltPrograms.areSanitized, "The recorder is a library that is loaded before all others."))
struct PowerCutTests {
    /// A home whose account is a port that answers every request so, after it has kept what is on the disk.
    private struct Machine {
        let home: TestHome
        let synced: TemporaryFolder
        let cut: TemporaryFolder
        let port: AnsweringPort

        init(answer: String) throws {
            let (synced, cut) = (try TemporaryFolder(), try TemporaryFolder())
            (self.synced, self.cut) = (synced, cut)
            home = try TestHome()
            port = try AnsweringPort(
                answer: """
                    HTTP/1.1 200 OK\r
                    content-type: application/json\r
                    content-length: \(answer.utf8.count)\r
                    connection: close\r
                    \r
                    \(answer)
                    """
            ) { Self.keep(synced, in: cut) }
            try home.write(
                """
                [accounts.work]
                service = "lyzr"
                url = "http://127.0.0.1:\(port.port)"
                key-env = "KEY"
                agents = [ { id = "60d0fe4f5311236168a109ca", name = "Support" } ]
                """, to: ".config/parley/config.toml")
        }

        /// The power is cut: what was synced until now is what is left.
        func cutPower() { Self.keep(synced, in: cut) }

        static func keep(_ synced: TemporaryFolder, in cut: TemporaryFolder) {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: synced.path)) ?? [] {
                let copy = cut.file("parley/" + name)
                try? FileManager.default.createDirectory(
                    atPath: cut.file("parley"), withIntermediateDirectories: true)
                try? FileManager.default.removeItem(atPath: copy)
                try? FileManager.default.copyItem(atPath: synced.file(name), toPath: copy)
            }
        }

        private var environment: [String: String] {
            [
                "KEY": "secret", "SYNC_RECORD": synced.path,
                "LD_PRELOAD": BuiltPrograms.path("libSyncRecorder.so"),
            ]
        }

        func run(_ arguments: [String]) throws -> Command.Outcome {
            try home.run(arguments, environment: environment)
        }

        func open() throws -> TerminalSession { try home.open(environment: environment) }

        /// Runs a command on what the power cut has left.
        func runAfterwards(_ arguments: [String]) throws -> Command.Outcome {
            try home.run(arguments, environment: ["KEY": "secret", "XDG_DATA_HOME": cut.path])
        }
    }

    @Test func aMessageIsOnTheDiskBeforeItLeaves() throws {
        let machine = try Machine(answer: "Done.")
        #expect(try machine.run(["send", "Charge", "the", "card"]).output.contains("Done."))
        let tasks = try machine.runAfterwards(["tasks", "--offline"])
        #expect(tasks.output.contains("Charge the card"))
        #expect(tasks.output.contains("unconfirmed"), "it is known to have left: \(tasks.output)")
        #expect(try machine.runAfterwards(["show", "Charge the card"]).output.contains("Charge the card"))
    }

    /// Cut while the program is still open: closing it syncs everything. The end is stored a moment after its text is shown; nothing
    /// would ever sync it later.
    @Test func aReplyThatIsDoneIsOnTheDisk() async throws {
        let machine = try Machine(answer: "Done, and paid.")
        let session = try machine.open()
        try session.waitFor(text: "Message to Support")
        session.type("Charge the card" + Keys.enter)
        try session.waitFor(text: "Done, and paid.")
        try await eventually {
            machine.cutPower()
            return try machine.runAfterwards(["show", "Charge the card"]).output.contains("Done, and paid.")
        }
        withExtendedLifetime(session) {}
    }

    @Test func theTicketOfAJobIsOnTheDisk() throws {
        let machine = try Machine(answer: #"{"task_id": "job-1", "status": "pending", "sessions": []}"#)
        let session = try machine.open()
        try session.waitFor(text: "Message to Support")
        session.type("/bg Write the report" + Keys.enter)
        try session.waitFor(text: "running in the background")
        machine.cutPower()
        #expect(try machine.runAfterwards(["tasks", "--offline"]).output.contains("running"))
    }

    // MARK: The server

    /// A server that a client has asked, and what a power cut leaves of it.
    private struct ServedMachine {
        let home: TestHome
        let gate: String
        let synced: TemporaryFolder
        let cut: TemporaryFolder
        let server: ServeProcess

        /// Its agent answers `Done, and paid.` when a file is there.
        init() throws {
            (home, synced, cut) = (try TestHome(), try TemporaryFolder(), try TemporaryFolder())
            gate = home.path + "/gate"
            try home.write(
                """
                [agents.slow]
                kind = "command"
                command = "until [ -e \(gate) ]; do sleep 0.02; done; echo Done, and paid."
                shell = true
                """, to: ".config/parley/server.toml")
            server = try home.serve(environment: [
                "SYNC_RECORD": synced.path, "LD_PRELOAD": BuiltPrograms.path("libSyncRecorder.so"),
            ])
        }

        func ask(_ server: ServeProcess, _ method: String, _ path: String, _ body: String = "") throws
            -> String
        {
            try ClientSocket(port: server.port).answer(
                to:
                    "\(method) \(path) HTTP/1.1\r\nhost: x\r\nx-api-key: \(server.key)\r\nconnection: close\r\n"
                    + "content-length: \(body.utf8.count)\r\n\r\n\(body)")
        }

        func post(_ path: String) throws -> String {
            try ask(
                server, "POST", path,
                #"{"agent_id": "\#(server.agentHex)", "user_id": "u", "session_id": "s", "message": "Charge the card"}"#
            )
        }

        /// Cuts the power, and starts a server on what is left.
        func restarted() throws -> ServeProcess {
            Machine.keep(synced, in: cut)
            server.kill()
            return try home.serve(environment: ["XDG_DATA_HOME": cut.path])
        }
    }

    @Test func aJobThatTheServerHasAcceptedIsAnsweredAfterAPowerCut() throws {
        let machine = try ServedMachine()
        let accepted = try machine.post("/v2/task/")
        let ticket = try #require(
            accepted.firstMatch(of: /"task_id":"([^"]+)"/).map { String($0.output.1) }, "\(accepted)")
        let server = try machine.restarted()
        try machine.home.write("", to: "gate")
        var answer = ""
        try waitUntil {
            answer = try machine.ask(server, "GET", "/v2/task/\(ticket)")
            try #require(answer.hasPrefix("HTTP/1.1 200"), "\(answer)")
            return answer.contains("completed")
        }
        #expect(answer.contains("Done, and paid."))
        #expect(server.stop() == 0)
    }

    @Test func aReplyThatTheServerHasEndedIsThereAfterAPowerCut() throws {
        let machine = try ServedMachine()
        try machine.home.write("", to: "gate")
        #expect(try machine.post("/v2/stream/").contains("Done, and paid."))
        let server = try machine.restarted()
        let history = try machine.ask(server, "GET", "/v1/sessions/s/history")
        #expect(history.contains("Charge the card"), "\(history)")
        #expect(history.contains("Done, and paid."))
        #expect(server.stop() == 0)
    }

    @Test func aKeyThatWasMadeOrRevokedIsSoAfterAPowerCut() throws {
        let machine = try ServedMachine()
        let environment = [
            "SYNC_RECORD": machine.synced.path, "LD_PRELOAD": BuiltPrograms.path("libSyncRecorder.so"),
        ]
        for words in [["create", "one"], ["create", "two"], ["revoke", "one"]] {
            #expect(try machine.home.run(["serve", "keys"] + words, environment: environment).status == 0)
        }
        Machine.keep(machine.synced, in: machine.cut)
        let list = try machine.home.run(
            ["serve", "keys", "list", "--all"], environment: ["XDG_DATA_HOME": machine.cut.path])
        #expect(list.output.contains("two"), "\(list.output)\(list.errors)")
        #expect(list.output.contains("one"))
        #expect(list.output.contains("revoked"))
    }
}
