import AgentAPI
import AsyncHTTPClient
import Foundation
import NIOCore
import TestSupport
import Testing

@testable import AgentServer

/// The real program, killed without warning and started again.
@Suite(.ownThread) struct KilledServerTests {
    private static func body(_ session: String, _ message: String) -> String {
        #"{"user_id": "u", "agent_id": "held", "session_id": "\#(session)", "message": "\#(message)"}"#
    }

    /// A home whose server has one agent: it echoes a message, and after "hold" it goes on once the file `go` is there.
    private static func home() throws -> TemporaryFolder {
        let home = try TemporaryFolder()
        try home.write(
            """
            [agents.held]
            kind = "command"
            shell = true
            command = '''
            read -r message
            echo "begun: $message"
            [ "$message" != hold ] || until [ -e "\(home.file("go"))" ]; do sleep 0.05; done
            echo done
            '''
            """, to: ".config/parley/server.toml")
        return home
    }

    private static func serve(_ home: TemporaryFolder) throws -> (ServeProcess, TestClient) {
        let server = try ServeProcess(
            environment: ["HOME": home.path, "PATH": "/usr/bin:/bin", "LOGNAME": "tester"])
        return (server, TestClient(url: try #require(URL(string: server.address)), key: server.key))
    }

    @Test func nothingAcceptedOrFinishedIsLost() async throws {
        let home = try Self.home()
        let (first, firstClient) = try Self.serve(home)
        let reply = try await firstClient.post("/v2/chat/", Self.body("background", "Thanks")).json
        let finished = try #require(reply?["response"]?.string)

        let attended = try await firstClient.post("/v2/stream/", Self.body("attended", "hold"))
        let attending = try await Self.read(attended, until: "begun: ")
        let running = try await Self.accept(firstClient, "hold")
        let watched = try await firstClient.get("/v1/chat/tasks/1/events")
        let watching = try await Self.read(watched, until: "message.delta")
        let queued = try await Self.accept(firstClient, "Thanks")
        let before = try await Self.status(of: [running, queued], firstClient)
        #expect(before == ["running", "pending"])
        first.kill()
        withExtendedLifetime((watching, attending)) {}

        try home.write("", to: "go")
        let (second, client) = try Self.serve(home)
        // Ends with the turn that was queued, which comes after the one that ran.
        #expect(try await client.get("/v1/chat/tasks/1/events").text.contains("event: task.completed"))
        let after = try await Self.status(of: [running, queued], client)
        #expect(after == ["completed", "completed"])
        let history = try await client.get("/v1/sessions/background/history").json?.elements ?? []
        #expect(
            history.map { $0["role"] } == ["user", "assistant", "user", "assistant", "user", "assistant"])
        #expect(history.first?["content"] == "Thanks")
        #expect(history.dropFirst().first?["content"]?.string == finished)

        let lost = try await client.get("/v1/chat/tasks/2").json
        #expect(lost?["status"] == "failed")
        #expect(lost?["error"] == "The server stopped before the reply was finished.")
        #expect(lost?["input"] == "hold")
        let said = try await client.get("/v1/sessions/attended/history").json?.elements
        #expect(said?.map { $0["content"]?.string } == ["hold"])
        second.kill()
    }

    /// Kills at times that depend on nothing but a seed. Every background turn that was accepted is answered in full and once, in its
    /// order; of an attended one the message is kept, and no more than once. No program runs while the one before it does.
    @Test(arguments: 1...3)
    func killsAtAnyTimeLoseAndDoubleNothing(seed: UInt64) async throws {
        let home = try TemporaryFolder()
        try home.write(
            """
            [agents.held]
            kind = "command"
            shell = true
            command = '''
            read -r message
            exec 9>>"\(home.file("lock"))-$PARLEY_CONVERSATION"
            flock -n 9 || echo "$message" >>"\(home.file("overlaps"))"
            for line in 1 2 3 4 5; do echo "$message: $line"; sleep 0.01; done
            '''
            """, to: ".config/parley/server.toml")
        var random = SeededRandom(seed: seed)
        var accepted: [String: [String]] = [:]
        for round in 0..<4 {
            let (first, firstClient) = try Self.serve(home)
            var tickets: [String] = []
            for number in 0..<6 {
                let (session, message) = ("s\(number % 3)", "\(round)-\(number)")
                let task = try await firstClient.post("/v2/task/", Self.body(session, message)).json
                tickets.append(try #require(task?["task_id"]?.string))
                accepted[session, default: []].append(message)
            }
            let attended = try await firstClient.post("/v2/stream/", Self.body("attended", "\(round)"))
            for _ in 0..<Int.random(in: 0..<60, using: &random) {
                _ = try await Self.status(of: [tickets[0]], firstClient)
            }
            first.kill()
            withExtendedLifetime(attended) {}

            let (second, client) = try Self.serve(home)
            try await eventually {
                try await Self.status(of: tickets, client).allSatisfy { $0 == "completed" }
            }
            for (session, messages) in accepted {
                let history = try await client.get("/v1/sessions/\(session)/history").json?.elements ?? []
                let expected = messages.flatMap { message in
                    [message, (1...5).map { "\(message): \($0)" }.joined(separator: "\n")]
                }
                #expect(history.map { $0["content"]?.string } == expected)
            }
            let said = try await client.get("/v1/sessions/attended/history").json?.elements ?? []
            let messages = said.filter { $0["role"] == "user" }.compactMap { $0["content"]?.string }
            #expect(messages == (0...round).map(String.init))
            second.kill()
        }
        #expect(!FileManager.default.fileExists(atPath: home.file("overlaps")))
    }

    // MARK: Programs

    /// A program that starts two more, one of which ignores SIGTERM, and prints the numbers of all three.
    private static let family = """
        [agents.held]
        kind = "command"
        shell = true
        command = '''
        (trap '' TERM; exec sleep 1000) & one=$!
        sleep 1000 &
        echo "<$$ $one $!>"
        wait
        '''
        """

    /// Starts a server and a program of it.
    private static func serveFamily(
        _ home: TemporaryFolder
    ) async throws -> (ServeProcess, [pid_t], HTTPClientResponse.Body.AsyncIterator) {
        let (server, client) = try serve(home)
        let reply = try await client.post("/v2/stream/", body("s", "go"))
        var text = ""
        let chunks = try await read(reply, until: ">", into: &text)
        let family = text.split(whereSeparator: { !$0.isNumber }).compactMap { pid_t($0) }
        #expect(family.count == 3)
        return (server, family, chunks)
    }

    @Test func programsEndWithTheServer() async throws {
        let home = try TemporaryFolder()
        try home.write(Self.family, to: ".config/parley/server.toml")
        let (server, family, reply) = try await Self.serveFamily(home)
        #expect(!family.contains(where: RunningProcess.isGone))
        // Before that, the next start ends them.
        try await eventually {
            RunningProcess.children(of: server.processIdentifier, named: "parley-watcher") != []
        }
        server.kill()
        try await eventually { family.allSatisfy(RunningProcess.isGone) }
        withExtendedLifetime(reply) {}
    }

    /// Whoever kills the server may kill its watcher too.
    @Test func programsThatAreLeftEndAtTheNextStart() async throws {
        let home = try TemporaryFolder()
        try home.write(Self.family, to: ".config/parley/server.toml")
        let (server, family, reply) = try await Self.serveFamily(home)
        try await eventually {
            RunningProcess.children(of: server.processIdentifier, named: "parley-watcher") != []
        }
        for watcher in RunningProcess.children(of: server.processIdentifier, named: "parley-watcher") {
            #expect(kill(watcher, SIGKILL) == 0)
            try await eventually { RunningProcess.isGone(watcher) }
        }
        server.kill()
        #expect(!family.contains(where: RunningProcess.isGone))
        let (next, _) = try Self.serve(home)
        try await eventually { family.allSatisfy(RunningProcess.isGone) }
        next.kill()
        withExtendedLifetime(reply) {}
    }

    /// Programs that have ended, and servers that end by themselves, leave nothing behind.
    @Test func nothingIsLeftOfAServerThatStops() async throws {
        let home = try Self.home()
        let (server, client) = try Self.serve(home)
        #expect(try await client.post("/v2/chat/", Self.body("s", "hi")).status == .ok)
        let watchers = RunningProcess.children(of: server.processIdentifier, named: "parley-watcher")
        #expect(watchers.count == 1)
        #expect(server.stop() == 0)
        try await eventually { watchers.allSatisfy(RunningProcess.isGone) }
        let left = try FileManager.default.contentsOfDirectory(
            atPath: home.file(".local/share/parley/programs"))
        #expect(left == [])
    }

    private static func accept(_ client: TestClient, _ message: String) async throws -> String {
        let task = try await client.post("/v2/task/", body("background", message)).json
        return try #require(task?["task_id"]?.string)
    }

    private static func status(of tickets: [String], _ client: TestClient) async throws -> [String?] {
        var words: [String?] = []
        for ticket in tickets {
            words.append(try await client.get("/v3/inference/task/\(ticket)").json?["status"]?.string)
        }
        return words
    }

    /// Reads until a text has come.
    /// - Returns: the rest; releasing it closes the connection.
    private static func read(
        _ response: HTTPClientResponse, until text: String
    ) async throws -> HTTPClientResponse.Body.AsyncIterator {
        var read = ""
        return try await Self.read(response, until: text, into: &read)
    }

    private static func read(
        _ response: HTTPClientResponse, until text: String, into read: inout String
    ) async throws -> HTTPClientResponse.Body.AsyncIterator {
        var chunks = response.body.makeAsyncIterator()
        while !read.contains(text) {
            read += String(buffer: try #require(try await chunks.next(), "\(text) did not come, but \(read)"))
        }
        return chunks
    }
}
