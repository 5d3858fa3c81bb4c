import Synchronization

/// Sends the events of one turn to any number of subscribers without waiting for them. A subscriber that cannot keep up is dropped.
final class TurnBroadcast: Sendable {
    struct Subscription: Sendable {
        /// The answer before this subscription began.
        let textSoFar: String
        /// Ends after ``TurnEvent/ended(_:answer:)``, or earlier if the subscriber was dropped.
        let events: AsyncStream<TurnEvent>
    }

    private struct State {
        var text = ""
        var subscribers: [Int: AsyncStream<TurnEvent>.Continuation] = [:]
        var nextNumber = 0
        var hasEnded = false
    }

    private let state = Mutex(State())

    /// How many events a subscriber may lag behind.
    private static let backlog = 256

    var hasSubscribers: Bool { state.withLock { !$0.subscribers.isEmpty } }

    /// - Parameter onTermination: Called when this subscriber is gone.
    /// - Returns: nil if there are `limit` subscribers already, or the turn has ended.
    func subscribe(
        limit: Int, onTermination: @escaping @Sendable () -> Void = {}
    ) -> Subscription? {
        let (events, continuation) = AsyncStream.makeStream(
            of: TurnEvent.self, bufferingPolicy: .bufferingOldest(Self.backlog))
        return state.withLock { state -> Subscription? in
            guard !state.hasEnded, state.subscribers.count < limit else { return nil }
            let number = state.nextNumber
            state.nextNumber += 1
            state.subscribers[number] = continuation
            continuation.onTermination = { [weak self] _ in
                self?.remove(number)
                onTermination()
            }
            return Subscription(textSoFar: state.text, events: events)
        }
    }

    func emit(_ event: TurnEvent) {
        let finished = state.withLock { state in
            state.text += event.text ?? ""
            if case .ended = event { state.hasEnded = true }
            let finished = state.subscribers.filter { !Self.yield(event, to: $0.value) || state.hasEnded }
            for number in finished.keys { state.subscribers[number] = nil }
            return finished
        }
        for continuation in finished.values { continuation.finish() }
    }

    /// - Returns: Whether there was room for the event.
    private static func yield(_ event: TurnEvent, to subscriber: AsyncStream<TurnEvent>.Continuation) -> Bool
    {
        if case .dropped = subscriber.yield(event) { false } else { true }
    }

    private func remove(_ number: Int) {
        state.withLock { $0.subscribers[number] = nil }
    }
}
