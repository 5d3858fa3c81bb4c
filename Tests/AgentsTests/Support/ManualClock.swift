import Synchronization
import TestSupport

/// A clock that moves only when a test advances it.
final class ManualClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (one: Instant, other: Instant) -> Bool { one.offset < other.offset }
    }

    private struct Sleeper {
        var deadline: Instant
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Instant(offset: .zero)
        var count = 0
        var sleepers: [Int: Sleeper] = [:]
        /// Wait for a sleeper with their deadline.
        var watchers: [(deadline: Instant, promise: Promise<Void>)] = []
    }

    private let state = Mutex(State())

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .zero }

    func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let woken = state.sleepers.filter { $0.value.deadline <= state.now }
            for number in woken.keys { state.sleepers[number] = nil }
            return woken.values
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }

    /// Returns when a task sleeps until this time after the clock's start.
    /// - Throws: `CancellationError` when the time limit of the test is over.
    func hasSleeper(until offset: Duration) async throws {
        let deadline = Instant(offset: offset)
        let promise = Promise<Void>()
        state.withLock { state in
            if state.sleepers.values.contains(where: { $0.deadline == deadline }) {
                promise.fulfil()
            } else {
                state.watchers.append((deadline, promise))
            }
        }
        try await promise.value()
    }

    func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                add(Sleeper(deadline: deadline, continuation: continuation), number)
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: number) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    private func add(_ sleeper: Sleeper, _ number: Int) {
        let watchers = state.withLock { state -> [Promise<Void>] in
            if Task.isCancelled {
                sleeper.continuation.resume(throwing: CancellationError())
                return []
            }
            if sleeper.deadline <= state.now {
                sleeper.continuation.resume()
                return []
            }
            state.sleepers[number] = sleeper
            let watchers = state.watchers.filter { $0.deadline == sleeper.deadline }
            state.watchers.removeAll { $0.deadline == sleeper.deadline }
            return watchers.map(\.promise)
        }
        for watcher in watchers { watcher.fulfil() }
    }
}
