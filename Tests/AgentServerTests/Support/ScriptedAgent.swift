import Synchronization

@testable import AgentServer
@testable import Agents

/// An agent that does what a test says, and remembers what it was asked.
final class ScriptedAgent: ReplyingAgent {
    typealias Emit = @Sendable (AgentEvent) async throws -> Void

    private let script: @Sendable (AgentRequest, Emit) async throws -> Void
    private let seen = Mutex<[AgentRequest]>([])
    let followsInstructions: Bool

    init(
        followsInstructions: Bool = false,
        _ script: @escaping @Sendable (AgentRequest, Emit) async throws -> Void
    ) {
        self.followsInstructions = followsInstructions
        self.script = script
    }

    /// Says the message back, word by word.
    static var echo: ScriptedAgent {
        ScriptedAgent { request, emit in
            for word in Pace.words(of: "echo " + request.message) { try await emit(.text(String(word))) }
        }
    }

    var requests: [AgentRequest] { seen.withLock { $0 } }

    func reply(to request: AgentRequest, emit: Emit) async throws {
        seen.withLock { $0.append(request) }
        try await script(request, emit)
    }
}

extension AgentDefinition {
    /// Under the hex id of the documents' examples.
    static func scripted(_ agent: ScriptedAgent, key: String = "echo") -> AgentDefinition {
        AgentDefinition(
            key: key, name: "Echo", hex: key == "echo" ? "60d0fe4f5311236168a109ca" : nil, agent: agent
        )
    }
}
