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
        var chunks = response.body.makeAsyncIterator()
        var read = ""
        while !read.contains(text) {
            read += String(buffer: try #require(try await chunks.next(), "\(text) did not come, but \(read)"))
        }
        return chunks
    }
}
