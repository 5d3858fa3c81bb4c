import Foundation
import SessionCore
import Synchronization
import TestSupport

/// Time that passes when the test says so.
final class ManualClock: Sendable {
    private struct Sleeper {
        var until: Duration
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var uptime = Duration.zero
        var count = 0
        var sleepers: [Int: Sleeper] = [:]
        var watchers: [Promise<Duration>] = []
    }

    private let state = Mutex(State())
    static let origin = Date(timeIntervalSince1970: 1_800_000_000)

    var uptime: Duration { state.withLock { $0.uptime } }
    var today: Date {
        let uptime = uptime.components
        return Self.origin.addingTimeInterval(Double(uptime.seconds) + Double(uptime.attoseconds) / 1e18)
    }
    /// How many wait for a time to come.
    var sleepers: Int { state.withLock { $0.sleepers.count } }

    var clock: SessionClock {
        SessionClock(
            now: { self.today }, uptime: { self.uptime }, sleep: { try await self.sleep(until: $0) })
    }

    /// Lets time pass, and wakes who has waited for it.
    func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.uptime += duration
            let woken = state.sleepers.filter { $0.value.until <= state.uptime }
            for number in woken.keys { state.sleepers[number] = nil }
            return woken.values.sorted { $0.until < $1.until }
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }

    /// Waits until a sleeper is there, and lets time pass until the first of them wakes.
    /// - Returns: How much time that was.
    /// - Throws: `CancellationError` when the time limit of the test is over.
    @discardableResult
    func advanceToNextWake() async throws -> Duration {
        let wake = Promise<Duration>()
        state.withLock { state in
            if let first = state.sleepers.values.map(\.until).min() {
                wake.fulfil(first)
            } else {
                state.watchers.append(wake)
            }
        }
        let until = try await wake.value()
        let duration = max(.zero, until - uptime)
        advance(by: duration)
        return duration
    }

    private func sleep(until: Duration) async throws {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                let watchers = state.withLock { state -> [Promise<Duration>] in
                    if Task.isCancelled {
                        continuation.resume(throwing: CancellationError())
                        return []
                    }
                    if until <= state.uptime {
                        continuation.resume()
                        return []
                    }
                    state.sleepers[number] = Sleeper(until: until, continuation: continuation)
                    defer { state.watchers = [] }
                    return state.watchers
                }
                for watcher in watchers { watcher.fulfil(until) }
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: number) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
