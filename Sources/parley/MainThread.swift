import Dispatch
import Synchronization

/// The thread that the program began with. The interface runs on it: signals that stop a program have to reach the thread that
/// owns the terminal, and the threads of a pool block them, also for the programs started from there.
///
/// ``run(_:)`` gives it to whoever asks for it with ``perform(_:)``; between that it sleeps.
final class MainThread: Sendable {
    static let shared = MainThread()

    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var outcome: Result<Void, any Error>?
    }

    private let state = Mutex(State())
    private let wakes = DispatchSemaphore(value: 0)

    private init() {}

    /// Runs the program: `body` on the pool, and here what it performs on this thread. For the main thread, once.
    func run(_ body: @escaping @Sendable () async throws -> Void) -> Result<Void, any Error> {
        Task.detached {
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
            self.state.withLock { $0.outcome = outcome }
            self.wakes.signal()
        }
        while true {
            wakes.wait()
            let (job, outcome) = state.withLock {
                ($0.jobs.isEmpty ? nil : $0.jobs.removeFirst(), $0.outcome)
            }
            if let job { job() } else if let outcome { return outcome }
        }
    }

    /// Runs `body` on the main thread and waits for it.
    func perform<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            add { continuation.resume(with: Result(catching: body)) }
        }
    }

    private func add(_ job: @escaping @Sendable () -> Void) {
        state.withLock { $0.jobs.append(job) }
        wakes.signal()
    }
}
