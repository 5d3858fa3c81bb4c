import Foundation
import Timing

/// The pages that are fetched from services, one at a time of each listing and each history, and when a page is fetched again
/// after a failure. It holds no timer and makes no request.
///
/// After a passing failure a page is fetched again a few times; if the service gives a time, at that time. After that it
/// is up to the person: an idle program is not woken for requests that keep failing.
struct Fetches<Key: Hashable & Sendable>: Sendable {
    private enum Phase: Hashable {
        case asked
        case waits(until: Duration)
        case givenUp
    }

    private struct Entry {
        var phase = Phase.asked
        var failures = 0

        var due: Duration? {
            if case .waits(let until) = phase { until } else { nil }
        }
    }

    /// Failures in a row after which a page is given up.
    static var limit: Int { 5 }
    private var entries: [Key: Entry] = [:]

    /// When ``due(at:)`` has something again.
    var wake: Duration? { entries.values.lazy.compactMap(\.due).min() }

    /// Whether the last attempt failed, and the next one is due later or left to the person.
    func isHeld(_ key: Key) -> Bool { entries[key].map { $0.phase != .asked } ?? false }

    /// The person asks: a page that was given up is fetched again.
    mutating func release(_ key: Key) {
        if entries[key]?.phase == .givenUp { entries[key] = nil }
    }

    /// - Returns: whether to fetch the page now; false if that is under way.
    mutating func begin(_ key: Key) -> Bool {
        if entries[key]?.phase == .asked { return false }
        entries[key, default: Entry()].phase = .asked
        return true
    }

    /// The page has come, or is not wanted any more.
    mutating func end(_ key: Key) { entries[key] = nil }

    /// - Parameter today: the time of day, which ``ServiceError/retryAt`` is compared with.
    mutating func failed(
        _ key: Key, _ error: ServiceError, at now: Duration, today: Date, random: Double
    ) -> FetchState {
        var entry = entries[key] ?? Entry()
        let pause = Backoff.trouble.delay(after: entry.failures, random: random)
        let asked = error.retryAt.map { Duration.seconds($0.timeIntervalSince(today)) }
        // A service that gives a time has not failed.
        if asked == nil { entry.failures += 1 }
        guard error.isTransient, entry.failures < Self.limit else {
            entries[key] = Entry(phase: .givenUp)
            return .failed(error)
        }
        let wait = max(pause, asked ?? .zero)
        entry.phase = .waits(until: now + wait)
        entries[key] = entry
        return .waiting(error, until: today + wait)
    }

    /// The pages to fetch now.
    mutating func due(at now: Duration) -> [Key] {
        let due = entries.filter { entry in entry.value.due.map { $0 <= now } ?? false }.map(\.key)
        for key in due { entries[key]?.phase = .asked }
        return due
    }
}
