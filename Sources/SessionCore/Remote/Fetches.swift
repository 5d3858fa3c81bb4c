import Foundation
import Timing

/// The pages that are fetched from services, one at a time of each listing and each history, and when a page that could not be had is
/// asked for again. It holds no timer and makes no request.
///
/// A failure that passes is tried again some times; a service that names a time is asked again at that time. After that it
/// is up to the person: nothing wakes an idle program to ask in vain.
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

    /// How often in a row a page is asked for in vain.
    static var limit: Int { 5 }
    private var entries: [Key: Entry] = [:]

    /// When ``due(at:)`` has something again.
    var wake: Duration? { entries.values.lazy.compactMap(\.due).min() }

    /// Whether the last attempt failed and the next one is not to be made yet, or not by itself.
    func isHeld(_ key: Key) -> Bool { entries[key].map { $0.phase != .asked } ?? false }

    /// Forgets that the person would have to ask: this is the person asking.
    mutating func release(_ key: Key) {
        if entries[key]?.phase == .givenUp { entries[key] = nil }
    }

    /// - returns: whether the page is to be asked for now; false if that is under way.
    mutating func begin(_ key: Key) -> Bool {
        if entries[key]?.phase == .asked { return false }
        entries[key, default: Entry()].phase = .asked
        return true
    }

    /// The page has come, or nobody wants it any more.
    mutating func end(_ key: Key) { entries[key] = nil }

    /// - parameter today: the time of day, which ``ServiceError/retryAt`` is compared with.
    mutating func failed(
        _ key: Key, _ error: ServiceError, at now: Duration, today: Date, random: Double
    ) -> FetchState {
        var entry = entries[key] ?? Entry()
        let pause = Backoff.trouble.delay(after: entry.failures, random: random)
        let asked = error.retryAt.map { Duration.seconds($0.timeIntervalSince(today)) }
        // Being told when to come back is no attempt in vain.
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

    /// What is to be asked for now.
    mutating func due(at now: Duration) -> [Key] {
        let due = entries.filter { entry in entry.value.due.map { $0 <= now } ?? false }.map(\.key)
        for key in due { entries[key]?.phase = .asked }
        return due
    }
}
