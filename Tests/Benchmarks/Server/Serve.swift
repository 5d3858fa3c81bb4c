import AgentServer
import Agents
import ArgumentParser
import Foundation
import TestSupport

/// The server under load, in a process of its own, so that its memory and processor time can be measured.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a server for the load.", shouldDisplay: false)

    /// What the load needs to reach it, printed as one line of JSON.
    struct Address: Codable {
        var url: String
        var key: String
        var agent: String
        var agentNumber: Int64
    }

    func run() async throws {
        let folder = try TemporaryFolder()
        let agent = AgentDefinition(key: "ordered", name: "Ordered", agent: OrderedAgent())
        let server = LocalServer(
            ServerConfiguration(
                store: .file(path: folder.file("server.sqlite")), agents: [agent],
                limits: ServerLimits(requestsPerMinute: nil, streamsPerKey: nil)))
        let url = try await server.start()
        let offered = try await server.agents().first
        let address = Address(
            url: url.absoluteString, key: await server.processKey ?? "", agent: offered?.hex ?? "",
            agentNumber: offered?.id ?? 0)
        FileHandle.standardOutput.write(try JSONEncoder().encode(address) + Data("\n".utf8))
        await Self.inputEnds()
        await server.stop(grace: .zero)
    }

    /// Returns when the process that started the server has closed the pipe or ended.
    private static func inputEnds() async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                while readLine() != nil {}
                continuation.resume()
            }
        }
    }
}
