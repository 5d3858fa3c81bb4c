import Foundation
import NIOHTTP1
import Timing

/// The `Retry-After` header (RFC 9110, 10.2.3): seconds, or a date.
enum RetryAfter {
    /// More seconds than this, a year, count as nonsense.
    private static let longest = 31_536_000.0

    static func date(_ headers: HTTPHeaders, now: Date) -> Date? {
        guard let value = headers.first(name: "retry-after") else { return nil }
        let text = value.trimmingCharacters(in: .whitespaces)
        if let seconds = Double(text) {
            return (0...longest).contains(seconds) ? now.addingTimeInterval(seconds) : nil
        }
        return HTTPDate.date(text)
    }

    static func duration(_ headers: HTTPHeaders, now: Date) -> Duration? {
        date(headers, now: now).map { .seconds(max(0, $0.timeIntervalSince(now))) }
    }
}
