import Foundation
import SessionCore

/// A GET request whose answer shows how an account is doing, and how to read that answer.
struct Probe: Sendable {
    enum Reading: Sendable {
        case fine(String)
        case unknown(String)
        case wrong(String)
        /// The error response says it all: described as anywhere else.
        case refused
    }

    var url: String
    var operation: Operation
    /// - Parameter response: nil if the answer is a success.
    var read: @Sendable (_ body: Data, _ response: ErrorResponse?) -> Reading
}

/// A service that is diagnosed with a probe of the key and one per agent.
protocol Probed: Diagnosable {
    var connection: ServiceConnection { get }
    /// Shows whether the service accepts the key.
    var keyProbe: Probe { get }
    /// Shows whether an agent exists; nil if the service has no request that does.
    func probe(of agent: Agent) -> Probe?
    /// What to report for an agent that cannot be probed.
    var unknownAgent: String { get }
}

extension Probed {
    /// What a key probe reports when the key is accepted.
    var keyAccepted: String {
        "\(connection.url.host) accepts the key from \(connection.account.keyDescription)."
    }
}
