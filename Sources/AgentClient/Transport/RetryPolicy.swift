import Foundation
import NIOHTTP1
import Timing

/// When something that only reads is read again. A pure decision.
struct RetryPolicy: Sendable {
    /// How often it is tried altogether.
    var attempts = 3
    /// The pause after the first failure; each later one is twice as long.
    var base: Duration = .milliseconds(400)
    /// No pause is longer. A service that wants to be left alone for longer is left alone, and its answer is told.
    var ceiling: Duration = .seconds(10)

    /// The pause before the next attempt; nil where there should be none.
    /// - Parameters:
    ///   - attempt: How many have been made.
    ///   - jitter: 0 to 1. Half of the pause is random, so that many clients do not come back at once.
    func delay(
        after outcome: Result<HTTPDocument, TransportFailure>, attempt: Int, now: Date, jitter: Double
    ) -> Duration? {
        guard attempt < attempts else { return nil }
        let backoff = base * (1 << (attempt - 1)) * (0.5 + jitter / 2)
        switch outcome {
        case .failure(let failure):
            return failure.passes ? min(backoff, ceiling) : nil
        case .success(let document):
            guard [408, 429, 500, 502, 503, 504].contains(document.status) else { return nil }
            let wait = RetryAfter.duration(document.headers, now: now) ?? backoff
            return wait <= ceiling ? max(wait, backoff) : nil
        }
    }
}

/// The `Retry-After` header (RFC 9110, 10.2.3): seconds, or a date.
enum RetryAfter {
    static func date(_ headers: HTTPHeaders, now: Date) -> Date? {
        guard let value = headers.first(name: "retry-after") else { return nil }
        let text = value.trimmingCharacters(in: .whitespaces)
        if let seconds = Double(text) {
            return (0...31_536_000).contains(seconds) ? now.addingTimeInterval(seconds) : nil
        }
        return HTTPDate.date(text)
    }

    static func duration(_ headers: HTTPHeaders, now: Date) -> Duration? {
        date(headers, now: now).map { .seconds(max(0, $0.timeIntervalSince(now))) }
    }
}
