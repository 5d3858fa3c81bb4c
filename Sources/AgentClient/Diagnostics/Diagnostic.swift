import SessionCore

/// One thing that was looked at of an account, and how it stands.
public struct Diagnostic: Hashable, Sendable {
    public enum Subject: Hashable, Sendable {
        /// Whether the host has an address and takes connections.
        case reachable
        /// The certificate.
        case tls
        /// How this machine's clock and the service's agree.
        case clock
        case key
        case agent(Agent)
    }

    public enum Verdict: Hashable, Sendable {
        case fine
        /// It cannot be told without sending a message.
        case unknown
        case wrong
    }

    public var subject: Subject
    public var verdict: Verdict
    /// What was found, and where something is wrong what to change. Holds no secret.
    public var text: String

    public init(_ subject: Subject, _ verdict: Verdict, _ text: String) {
        self.subject = subject
        self.verdict = verdict
        self.text = text
    }
}

/// A service that can be looked at from end to end without a message being sent.
public protocol Diagnosable: AgentService {
    /// Looks at one thing after the other: the way to the service, its certificate, the clock, the key, the agents. What comes after
    /// something that keeps everything else from being looked at is left out.
    func examine() async throws -> [Diagnostic]
}
