import Synchronization
import TestSupport

/// Questions that the code under test asks and the test answers. Neither side waits for a clock.
final class Exchange<Question: Sendable, Answer: Sendable>: Sendable {
    /// A question that waits for its answer.
    struct Call: Sendable {
        let question: Question
        fileprivate let number: Int
        fileprivate let exchange: Exchange

        func answer(_ result: Result<Answer, any Error>) { exchange.answer(number, result) }
        func answer(_ answer: Answer) { self.answer(.success(answer)) }
        func fail(_ error: any Error) { answer(.failure(error)) }
    }

    private struct State {
        var count = 0
        var cancelled = 0
        var asked: [Call] = []
        var pending: [Int: CheckedContinuation<Answer, any Error>] = [:]
        var testers: [Promise<Call>] = []
    }

    private let state = Mutex(State())

    /// How many questions have been asked so far.
    var count: Int { state.withLock { $0.count } }
    /// How many of them were given up by who asked.
    var cancelled: Int { state.withLock { $0.cancelled } }
    /// How many wait for an answer.
    var open: Int { state.withLock { $0.pending.count } }

    func ask(_ question: Question) async throws -> Answer {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let tester: (Promise<Call>, Call)? = state.withLock { state in
                    let call = Call(question: question, number: number, exchange: self)
                    guard !Task.isCancelled else {
                        state.cancelled += 1
                        continuation.resume(throwing: CancellationError())
                        return nil
                    }
                    state.pending[number] = continuation
                    guard !state.testers.isEmpty else {
                        state.asked.append(call)
                        return nil
                    }
                    return (state.testers.removeFirst(), call)
                }
                if let (tester, call) = tester { tester.fulfil(call) }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                let continuation = state.pending.removeValue(forKey: number)
                if continuation != nil { state.cancelled += 1 }
                return continuation
            }
            continuation?.resume(throwing: CancellationError())
        }
    }

    /// The next question, in the order in which they are asked.
    /// - Throws: `CancellationError` when the time limit of the test is over.
    func next() async throws -> Call {
        let tester = Promise<Call>()
        state.withLock { state in
            if state.asked.isEmpty {
                state.testers.append(tester)
            } else {
                tester.fulfil(state.asked.removeFirst())
            }
        }
        return try await tester.value()
    }

    private func answer(_ number: Int, _ result: Result<Answer, any Error>) {
        let continuation = state.withLock { $0.pending.removeValue(forKey: number) }
        continuation?.resume(with: result)
    }
}
