import Foundation
import NIOHTTP1
import Timing
import Wire

/// When a request that only reads is sent again. A pure decision.
struct RetryPolicy: Sendable {
    /// What an attempt came to.
    enum Outcome {
        case failed(TransportFailure)
        case answered(status: Int, headers: HTTPHeaders)
    }

    /// Attempts altogether.
    var attempts = 3
    /// A service that asks for a pause longer than the ceiling is not asked again: its answer is reported.
    var backoff = Backoff(first: .milliseconds(400), ceiling: .seconds(10), jitter: 0.5)

    /// The pause before the next attempt; nil if there is none.
    /// - Parameters:
    ///   - attempt: How many have been made, from 1.
    ///   - random: From 0 up to 1.
    func delay(after outcome: Outcome, attempt: Int, now: Date, random: Double) -> Duration? {
        guard attempt < attempts else { return nil }
        let delay = backoff.delay(after: attempt - 1, random: random)
        switch outcome {
        case .failed(let failure):
            return failure.isTransient ? delay : nil
        case .answered(let status, let headers):
            guard [408, 429, 500, 502, 503, 504].contains(status) else { return nil }
            let wanted = RetryAfter.duration(headers, now: now) ?? .zero
            return wanted <= backoff.ceiling ? max(wanted, delay) : nil
        }
    }
}
