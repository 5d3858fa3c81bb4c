import Dispatch

/// Holds a thread until the test lets it go.
final class Blocker: Sendable {
    private let gate = DispatchSemaphore(value: 0)
    private let entered: AsyncStream<Void>
    private let enter: AsyncStream<Void>.Continuation

    init() { (entered, enter) = AsyncStream.makeStream() }

    func block() {
        enter.yield()
        gate.wait()
    }

    func isBlocking() async {
        for await _ in entered { return }
    }

    func release() { gate.signal() }
}
