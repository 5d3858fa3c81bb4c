/// The delay before the next attempt: it grows from `first` by `factor` up to `ceiling`, with jitter so that many clients do not
/// come back at once.
public struct Backoff: Hashable, Sendable {
    public var first: Duration
    public var factor: Double
    public var ceiling: Duration
    /// How far a delay may deviate to either side, as a share of it.
    public var jitter: Double

    public init(first: Duration, factor: Double = 2, ceiling: Duration, jitter: Double = 0.2) {
        self.first = first
        self.factor = factor
        self.ceiling = ceiling
        self.jitter = jitter
    }

    /// - Parameters:
    ///   - attempts: how many have failed so far; 0 gives the first delay.
    ///   - random: from 0 up to 1; 0.5 gives a delay without jitter.
    public func delay(after attempts: Int, random: Double) -> Duration {
        var delay = first
        var grown = 0
        while grown < attempts, delay < ceiling {
            delay = delay * factor
            grown += 1
        }
        return min(delay, ceiling) * (1 + jitter * (2 * random - 1))
    }
}
