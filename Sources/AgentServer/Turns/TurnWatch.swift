import Synchronization

/// Tells any number of onlookers what happens in a turn, without waiting for them: who does not keep up is left behind.
final class TurnWatch: Sendable {
    /// A place among the onlookers.
    struct View: Sendable {
        /// What had been said before this view began.
        let textSoFar: String
        /// Ends after ``TurnEvent/ended(_:answer:)``, or early for who did not keep up.
        let events: AsyncStream<TurnEvent>
    }

    private struct State {
        var text = ""
        var onlookers: [Int: AsyncStream<TurnEvent>.Continuation] = [:]
        var next = 0
        var isOver = false
    }

    private let state = Mutex(State())

    /// How many events an onlooker may be behind.
    private static let backlog = 256

    /// Whether nobody looks on.
    var isAbandoned: Bool { state.withLock { $0.onlookers.isEmpty } }

    /// nil if there are so many onlookers already, or the turn is over.
    /// - Parameter onLeave: called when this onlooker has gone.
    func view(limit: Int, onLeave: @escaping @Sendable () -> Void = {}) -> View? {
        let (events, continuation) = AsyncStream.makeStream(
            of: TurnEvent.self, bufferingPolicy: .bufferingOldest(Self.backlog))
        return state.withLock { state -> View? in
            guard !state.isOver, state.onlookers.count < limit else { return nil }
            let number = state.next
            state.next += 1
            state.onlookers[number] = continuation
            continuation.onTermination = { [weak self] _ in
                self?.leave(number)
                onLeave()
            }
            return View(textSoFar: state.text, events: events)
        }
    }

    func tell(_ event: TurnEvent) {
        let left = state.withLock { state in
            if case .text(let piece) = event { state.text += piece }
            if case .ended = event { state.isOver = true }
            let left = state.onlookers.filter { !Self.deliver(event, to: $0.value) || state.isOver }
            for number in left.keys { state.onlookers[number] = nil }
            return left
        }
        for continuation in left.values { continuation.finish() }
    }

    /// - Returns: whether there was room for it.
    private static func deliver(_ event: TurnEvent, to onlooker: AsyncStream<TurnEvent>.Continuation) -> Bool
    {
        if case .dropped = onlooker.yield(event) { false } else { true }
    }

    private func leave(_ number: Int) {
        state.withLock { $0.onlookers[number] = nil }
    }
}
