import AgentServer
import Agents
import Foundation
import SessionCore
import TestSupport
import Testing

@testable import AgentClient

/// One API of the local server.
enum ServedDialect: String, CaseIterable, CustomTestStringConvertible {
    case lyzr, lyzrV3, xagent, aui, vectara

    var testDescription: String { rawValue }

    var kind: ServiceKind {
        switch self {
        case .lyzr, .lyzrV3: .lyzr
        case .xagent: .xagent
        case .aui: .aui
        case .vectara: .vectara
        }
    }

    /// What follows the address of the server.
    private var path: String { self == .lyzrV3 ? "/v3" : "" }

    private func id(of agent: OfferedAgent) -> String {
        switch self {
        case .lyzr, .lyzrV3: agent.hex
        case .xagent: String(agent.id)
        case .aui, .vectara: agent.key
        }
    }

    /// Whether the service checks the id of an agent.
    var knowsAgents: Bool { self != .aui }

    var runsInBackground: Bool { [.lyzr, .lyzrV3, .xagent].contains(self) }

    /// Whether the service reports thinking and tool calls.
    var reportsSteps: Bool { [.xagent, .vectara].contains(self) }

    /// An account of this service at a server.
    func service(
        _ server: PlayedServer, user: String = "me", key: String? = nil, agents: [Agent]? = nil
    ) throws -> any AgentService {
        let key = key ?? server.key
        return try ServiceFactory(transport: server.transport).makeService(
            kind,
            account: ServiceAccount(
                name: "mine", url: server.url + path, user: user, agents: agents ?? [agent(server)],
                keyDescription: "the test", key: { key }))
    }

    /// The agent that does what a message says.
    func agent(_ server: PlayedServer) -> Agent { Agent(id: id(of: server.agent), name: server.agent.name) }
}

/// The local server with an agent that does what a message says.
struct PlayedServer: Sendable {
    let server: LocalServer
    let url: String
    let key: String
    let agent: OfferedAgent
    let played: PlayedAgent
    let transport: HTTPTransport

    /// A busy machine may take long to get around to a connection.
    private static let limits = ServerLimits(
        firstRequest: .seconds(3600), request: .seconds(3600), silence: .seconds(3600))

    static func run(_ use: (PlayedServer) async throws -> Void) async throws {
        let played = PlayedAgent()
        let server = LocalServer(
            ServerConfiguration(
                store: .memory,
                agents: [
                    AgentDefinition(
                        key: "played", name: "Played", welcome: "Welcome!", suggestions: ["hello", "steps"],
                        agent: played)
                ], limits: Self.limits))
        let url = try await server.start()
        let transport = HTTPTransport(limits: .generous)
        do {
            try await use(
                PlayedServer(
                    server: server, url: url.absoluteString, key: try #require(await server.processKey),
                    agent: try #require(try await server.agents().first), played: played, transport: transport
                ))
        } catch {
            played.release.fire()
            await server.stop(grace: .zero)
            await transport.shutdown()
            throw error
        }
        played.release.fire()
        await server.stop(grace: .zero)
        await transport.shutdown()
    }
}

/// Replies with the number of messages before and the message; some words make it do something else.
struct PlayedAgent: ReplyingAgent {
    /// Lets a waiting agent continue.
    let release = Signal()
    /// Fires when a waiting agent has been stopped.
    let stopped = Signal()

    func reply(
        to request: AgentRequest, emit: @Sendable (AgentEvent) async throws -> Void
    ) async throws {
        switch request.message {
        case "fail":
            throw AgentFailure("The model is out of memory.")
        case "wait":
            try await emit(.text("one moment "))
            await release.wait()
            guard !Task.isCancelled else {
                stopped.fire()
                throw CancellationError()
            }
            try await emit(.text("done"))
        case "steps":
            try await emit(.thinking("Let me look."))
            try await emit(.toolCall(id: "call1", name: "look_up", input: #"{"word":"parley"}"#))
            try await emit(.toolResult(id: "call1", output: "a conversation", isError: false))
            try await emit(.text("It is a conversation."))
        default:
            for piece in ["\(request.history.count): ", request.message, " – café 😀"] {
                try await emit(.text(piece))
            }
        }
    }
}

extension HTTPTransport.Limits {
    fileprivate static var generous: HTTPTransport.Limits {
        var limits = HTTPTransport.Limits()
        limits.connect = .seconds(3600)
        limits.head = .seconds(3600)
        limits.reply = .seconds(3600)
        limits.silence = .seconds(3600)
        return limits
    }
}
