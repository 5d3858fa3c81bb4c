/// The result of one check of an account or of the program's own surroundings.
public struct Diagnostic: Hashable, Sendable {
    /// What was checked. The name is part of `--json` output and does not change.
    public struct Subject: Hashable, Sendable {
        public let name: String

        public init(_ name: String) { self.name = name }

        /// Whether the host has an address and accepts connections.
        public static let reachable = Subject("reachable")
        /// The certificate.
        public static let tls = Subject("tls")
        /// Whether this computer's clock agrees with the service's.
        public static let clock = Subject("clock")
        public static let key = Subject("key")
        /// The account as a whole.
        public static let account = Subject("account")
        public static func agent(_ agent: Agent) -> Subject { Subject("agent \(agent.name)") }
    }

    public enum Verdict: Hashable, Sendable {
        case fine
        /// Only a message would show it.
        case unknown
        case wrong
    }

    public var subject: Subject
    public var verdict: Verdict
    /// What was found and, if it is wrong, what to change. Contains no secret.
    public var text: String

    public init(_ subject: Subject, _ verdict: Verdict, _ text: String) {
        self.subject = subject
        self.verdict = verdict
        self.text = text
    }
}

/// A service that can be checked from end to end without sending a message.
public protocol Diagnosable: AgentService {
    /// Checks the connection, the certificate, the clock, the key and the agents, in this order. A failed check that rules out the
    /// later ones is the last.
    /// - Throws: `CancellationError`.
    func diagnose() async throws -> [Diagnostic]
}
