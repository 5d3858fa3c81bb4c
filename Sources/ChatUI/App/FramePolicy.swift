import Timing

/// Decides when a frame is drawn. Decides nothing about what is in it.
///
/// A key is answered at once. What arrives by itself is drawn at once too while drawing takes less than a quarter of the
/// time; above that it gathers, and a frame still comes 30 times a second.
struct FramePolicy: Sendable {
    /// The longest that something that arrived waits for its frame.
    static let longestWait: Duration = .microseconds(33_333)
    /// Drawing may take one part in this many of the time.
    static let share = 4

    private var lastEnd: ContinuousClock.Instant?
    private var lastCost: Duration = .zero
    private var isDirty = false
    private var isUrgent = false

    /// A key or a resize changed something: it is to be seen at once.
    mutating func inputChanged() {
        isDirty = true
        isUrgent = true
    }

    /// Something that arrived by itself changed what is on the screen.
    mutating func contentChanged() { isDirty = true }

    enum Decision: Equatable {
        /// Nothing to draw: sleep for as long as it takes.
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
