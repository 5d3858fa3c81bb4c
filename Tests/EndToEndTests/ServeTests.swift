import Foundation
import TestSupport
import Testing

/// The local server in a process of its own, and the program with an account at it, whose address, key and agent are in the
/// config.
@Suite(.ownThread) struct ServeTests {
    @Test func anAccountOfTheConfigIsUsedWithItsKey() throws {
        let home = try TestHome()
        let server = try home.serve()
        let (address, key, agent) = (server.address, server.key, server.agentHex)
        try home.write(
            """
            [accounts.mine]
            service = "lyzr"
            url = "\(address)"
            key-env = "MY_KEY"
            agents = [ { id = "\(agent)", name = "Manual" } ]
            """, to: ".config/parley/config.toml")

        let sent = try home.run(["send", "What can you do?"], environment: ["MY_KEY": key])
        #expect(sent.status == 0)
        #expect(sent.output.count > 20)
        let tasks = try home.run(["tasks"])
        #expect(tasks.output.contains("\tmine\tWhat can you do?\n"))

        let refused = try home.run(["send", "hi"], environment: ["MY_KEY": "parley_wrong_key"])
        #expect(refused.status == 1)
        #expect(refused.errors.contains("MY_KEY"))
        let missing = try home.run(["send", "hi"])
        #expect(missing.status == 1)
        #expect(missing.errors.contains("The environment variable MY_KEY is not set."))

        #expect(server.stop() == 0)
        let away = try home.run(["send", "hi"], environment: ["MY_KEY": key])
        #expect(away.status == 1)
        #expect(away.errors != "")
        try Self.expectAbsent(key, in: home)
    }

    // MARK: Descriptors

    private func limited(_ descriptors: Int, _ arguments: String) -> Command {
        Command(
            "/bin/sh", ["-c", "ulimit -n \(descriptors); exec \(BuiltPrograms.path("parley")) \(arguments)"])
    }

    @Test(arguments: [8, 10, 12, 14, 16, 20, 24, 28, 32, 40])
    func tooFewDescriptorsAreReported(descriptors: Int) throws {
        for arguments in ["serve --port 0", "send hi", "tasks", ""] {
            let home = try TestHome()
            var command = limited(descriptors, arguments)
            command.environment = home.environment
            let outcome = try command.run()
            #expect(!outcome.isSignalled, "\(arguments): \(outcome.errors)")
            #expect(outcome.status == 69, "\(arguments): \(outcome.errors)")
            #expect(outcome.output == "")
            let lines = outcome.errors.split(separator: "\n")
            #expect(lines.count == 1)
            #expect(outcome.errors.contains("\(descriptors) open files"), "\(outcome.errors)")
            #expect(outcome.errors.contains("ulimit -n"))
        }
    }

    /// What the person's shell allows at first, the program may raise.
    @Test func aLowLimitThatMayBeRaisedIsRaised() throws {
        let home = try TestHome()
        var command = Command(
            "/bin/sh", ["-c", "ulimit -Sn 12; exec \(BuiltPrograms.path("parley")) send 'What can you do?'"])
        command.environment = home.environment
        let outcome = try command.run()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("guide"))
    }

    /// No more descriptors for what connects: the server waits without turning round and round, and goes on when there are some again.
    @Test func atItsDescriptorLimitTheServerWaits() throws {
        let home = try TestHome()
        try home.write("[limits]\nfirst-request-timeout = 3600\n", to: ".config/parley/server.toml")
        let server = try home.serve()
        let process = server.processIdentifier
        try RunningProcess.limitDescriptors(of: process, to: RunningProcess.descriptors(of: process))
        let clients = try (0..<20).map { _ in try ClientSocket(port: server.port) }
        var windows: [Int] = []
        repeat {
            let before = RunningProcess.ticks(of: process)
            poll(nil, 0, 1000)
            windows.append(RunningProcess.ticks(of: process) - before)
            // A server that turns round and round takes all of every second: 100 ticks.
        } while windows.count < 20 && windows.last ?? 0 > 20
        #expect(windows.last ?? 0 <= 20, "\(windows)")
        try RunningProcess.limitDescriptors(of: process, to: nil)
        let health = "GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        #expect(try ClientSocket(port: server.port).answer(to: health).hasPrefix("HTTP/1.1 200 OK"))
        for client in clients { #expect(client.answer(to: health).hasPrefix("HTTP/1.1 200 OK")) }
        #expect(server.stop() == 0)
    }

    /// Programs take descriptors too. Those for which there are none fail, and the server goes on.
    @Test func programsWithoutDescriptorsFailAlone() throws {
        let home = try TestHome()
        try home.write(
            """
            [limits]
            background-turns = 16

            [agents.held]
            kind = "command"
            shell = true
            command = "until [ -e go ]; do sleep 0.05; done; echo done"
            folder = "\(home.path)"
            """, to: ".config/parley/server.toml")
        let server = try home.serve()
        func send(_ head: String, _ body: String = "") throws -> String {
            try ClientSocket(port: server.port).answer(
                to: "\(head) HTTP/1.1\r\nhost: x\r\nx-api-key: \(server.key)\r\nconnection: close\r\n"
                    + "content-length: \(body.utf8.count)\r\n\r\n\(body)")
        }
        func task(_ number: Int) throws -> String {
            let body =
                #"{"user_id": "u", "agent_id": "held", "session_id": "s\#(number)", "message": "m"}"#
            let answer = try send("POST /v3/inference/chat/task/", body)
            return try #require(answer.firstMatch(of: /"task_id":"([^"]+)"/).map { String($0.output.1) })
        }
        func status(_ ticket: String) throws -> String { try send("GET /v3/inference/chat/task/\(ticket)") }
        let first = try task(0)
        // Room for the connections of the clients, and for some programs.
        let process = server.processIdentifier
        try RunningProcess.limitDescriptors(of: process, to: RunningProcess.descriptors(of: process) + 24)
        let others = try (1...12).map(task)
        var failed: [String] = []
        try waitUntil {
            failed = try others.map(status).filter { $0.contains(#""failed""#) }
            return !failed.isEmpty
        }
        #expect(failed[0].contains("could not be started (Too many open files)"), "\(failed[0])")
        try home.write("", to: "go")
        for ticket in [first] + others {
            try waitUntil { try !status(ticket).contains("in_progress") }
        }
        #expect(try status(first).contains(#""completed""#))
        try RunningProcess.limitDescriptors(of: process, to: nil)
        let last = try task(13)
        var end = ""
        try waitUntil {
            end = try status(last)
            return end.contains(#""completed""#) || end.contains(#""failed""#)
        }
        #expect(end.contains(#""completed""#))
        #expect(server.stop() == 0)
    }

    /// No file of the home holds the key, neither in a store nor in a log.
    private static func expectAbsent(_ key: String, in home: TestHome) throws {
        let files = try #require(FileManager.default.enumerator(atPath: home.path))
        for case let name as String in files {
            guard let data = FileManager.default.contents(atPath: home.path + "/" + name) else {
                continue
            }
            #expect(data.range(of: Data(key.utf8)) == nil, "\(name)")
        }
    }
}
