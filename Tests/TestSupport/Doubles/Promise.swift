import Synchronization

/// A value that will be there: for a test that waits for what the code under test does. Unlike with a continuation alone, the wait
/// ends with the time limit of the test, so that what never comes fails one test and does not hold up all of them.
public final class Promise<Value: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Value, any Error>)
        case settled(Result<Value, any Error>)
    }

    private let state = Mutex(State.open)

    public init() {}

    public func fulfil(_ value: Value) { settle(.success(value)) }

    /// The first result counts.
    private func settle(_ result: Result<Value, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            switch state {
            case .open:
                state = .settled(result)
                return nil
            case .awaited(let continuation):
                state = .settled(result)
                return continuation
            case .settled:
                return nil
            }
        }
        continuation?.resume(with: result)
    }

    /// Waits for it; one task can.
    /// - Throws: `CancellationError` when the waiting task is cancelled before.
    public func value() async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let known = state.withLock { state -> Result<Value, any Error>? in
                    if case .settled(let result) = state { return result }
                    state = .awaited(continuation)
                    return nil
                }
                if let known { continuation.resume(with: known) }
            }
        } onCancel: {
            settle(.failure(CancellationError()))
        }
    }
}

extension Promise where Value == Void {
    public func fulfil() { fulfil(()) }
}
