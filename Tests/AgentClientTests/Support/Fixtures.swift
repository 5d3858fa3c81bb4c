import Foundation
import SessionCore
import Synchronization
import TestSupport
import Wire

@testable import AgentClient

enum Fixture {
    static let key = "sk-SECRET-0123456789"
    static let agent = Agent(id: "60d0fe4f5311236168a109ca", name: "Support")

    static func account(
        _ url: String, user: String = "user123", agents: [Agent] = [agent],
        key: @escaping @Sendable () async throws -> String = { key }
    ) -> ServiceAccount {
        ServiceAccount(
            name: "support", url: url, user: user, agents: agents,
            keyDescription: "the environment variable LYZR_API_KEY", key: key)
    }

    static func conversation(_ serviceID: String? = "session123", agent: Agent = agent) -> Conversation {
        Conversation(
            task: ChatTask.ID(rawValue: "00000000000000aa"), agent: agent, serviceID: serviceID,
            title: "A title")
    }

    static func request(_ text: String = "Can you stream your response?", _ serviceID: String? = "session123")
        -> TurnRequest
    {
        TurnRequest(conversation: conversation(serviceID), text: text)
    }
}

/// A transport that records its pauses instead of making them. Its time limits are far beyond those of the tests: how fast the machine
/// is decides nothing.
struct PatientTransport: Sendable {
    final class Pauses: Sendable {
        let log = Mutex<[Duration]>([])
        var all: [Duration] { log.withLock { $0 } }
    }

    let pauses = Pauses()
    let transport: HTTPTransport

    static let now = Date(timeIntervalSince1970: 1_800_000_000)

    init(limits: HTTPTransport.Limits = .generous, environment: [String: String] = [:]) {
        transport = HTTPTransport(
            limits: limits, network: NetworkEnvironment(environment),
            pause: { [pauses] pause in pauses.log.withLock { $0.append(pause) } },
            now: { Self.now }, random: { 0.5 })
    }
}

extension HTTPTransport.Limits {
    static var generous: HTTPTransport.Limits {
        var limits = HTTPTransport.Limits()
        limits.connect = .seconds(1000)
        limits.head = .seconds(1000)
        limits.reply = .seconds(2000)
        limits.silence = .seconds(1000)
        return limits
    }
}

extension AgentService {
    /// Sends a message and gathers what comes of it.
    func gather(_ request: TurnRequest = Fixture.request()) async throws -> (
        received: EventLog<ReplyEvent>, end: ReplyEnd
    ) {
        let received = EventLog<ReplyEvent>()
        let end = try await reply(to: request, receive: received.add)
        return (received, end)
    }
}
