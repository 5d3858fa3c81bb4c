import Timing

/// Decides when a frame is drawn, not what is in it.
///
/// A key is drawn at once. An event is drawn at once too while drawing takes less than a quarter of the time; above
/// that events gather, and a frame still comes 30 times a second.
struct FramePolicy: Sendable {
    /// The longest that an event waits for its frame.
    static let longestWait: Duration = .microseconds(33_333)
    /// Drawing may take 1 / `share` of the time.
    static let share = 4

    private var lastEnd: ContinuousClock.Instant?
    private var lastCost: Duration = .zero
    private var isDirty = false
    private var isUrgent = false

    /// A key or a resize changed something: draw at once.
    mutating func inputChanged() {
        isDirty = true
        isUrgent = true
    }

    /// An event changed something on the screen.
    mutating func contentChanged() { isDirty = true }

    enum Decision: Equatable {
        /// Nothing to draw: wait without a deadline.
        case rest
        case draw
        case wait(until: ContinuousClock.Instant)
    }

    func decision(now: ContinuousClock.Instant) -> Decision {
        guard isDirty else { return .rest }
        guard !isUrgent, let lastEnd else { return .draw }
        let pause = min(lastCost * (Self.share - 1), Self.longestWait)
        let due = lastEnd + pause
        return due <= now ? .draw : .wait(until: due)
    }

    mutating func drew(from start: ContinuousClock.Instant, to end: ContinuousClock.Instant) {
        isDirty = false
        isUrgent = false
        lastEnd = end
        lastCost = end - start
    }
}
