import AgentAPI
import AsyncHTTPClient
import Foundation
import NIOCore
import TestSupport
import Testing

@testable import AgentServer

/// The real program, killed without a warning and started again.
@Suite struct KilledServerTests {
    /// `parley serve` in a home of its own.
    private final class Program {
        let process = Process()
        private(set) var facts: [String: String] = [:]

        init(home: String) throws {
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: BuiltPrograms.path("parley"))
            process.arguments = ["serve", "--port", "0"]
            process.environment = ["HOME": home, "PATH": "/usr/bin:/bin", "LOGNAME": "tester"]
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            var text = ""
            while facts["agent"] == nil {
                let data = output.fileHandleForReading.availableData
                guard !data.isEmpty else { break }
                text += String(decoding: data, as: UTF8.self)
                for line in text.split(separator: "\n") {
                    let parts = line.split(separator: "\t").map(String.init)
                    if parts.count == 2 { facts[parts[0]] = parts[1] }
                }
            }
        }

        func client() throws -> TestClient {
            let url = try #require(facts["address"].flatMap(URL.init(string:)))
            return TestClient(url: url, key: try #require(facts["key"]))
        }

        func kill() {
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }

        deinit { if process.isRunning { kill() } }
    }

    private static func body(_ session: String, _ message: String) -> String {
        #"{"user_id": "u", "agent_id": "guide", "session_id": "\#(session)", "message": "\#(message)"}"#
    }

    /// The guide takes some seconds to answer this.
    private static let long = "demo"

    @Test func nothingAcceptedOrFinishedIsLost() async throws {
        let folder = try TemporaryFolder()
        let first = try Program(home: folder.path)
        var client = try first.client()
        let finished = try #require(
            try await client.post("/v2/chat/", Self.body("background", "Thanks")).json?["response"]?.string)

        let attended = try await client.post("/v2/stream/", Self.body("attended", Self.long))
        let attending = try await Self.read(attended, until: "LYZR_AGENT: ")
        let running = try await Self.accept(client, Self.long)
        let watched = try await client.get("/v1/chat/tasks/1/events")
        let watching = try await Self.read(watched, until: "message.delta")
        let queued = try await Self.accept(client, "Thanks")
        let before = try await Self.status(of: [running, queued], client)
        #expect(before == ["running", "pending"])
        first.kill()
        withExtendedLifetime((watching, attending)) {}

        let second = try Program(home: folder.path)
        client = try second.client()
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
        #expect(lost?["input"]?.string == Self.long)
        let said = try await client.get("/v1/sessions/attended/history").json?.elements
        #expect(said?.map { $0["content"]?.string } == [Self.long])
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

    /// Reads on until a text has come.
    /// - Returns: the rest; who lets go of it has gone away.
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
