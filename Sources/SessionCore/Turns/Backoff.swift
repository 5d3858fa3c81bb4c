/// How long to wait before asking again.
public struct Backoff: Hashable, Sendable {
    public var first: Duration
    public var factor: Double
    public var ceiling: Duration
    /// How far a delay may be off to either side, as a part of it: keeps many turns from asking in step.
    public var jitter: Double

    public init(first: Duration, factor: Double = 2, ceiling: Duration, jitter: Double = 0.2) {
        self.first = first
        self.factor = factor
        self.ceiling = ceiling
        self.jitter = jitter
    }

    /// A turn that runs: 0.5, 1, 2, 4, 8 and then every 10 seconds. A short answer is not waited for long, and a job of
    /// hours costs six requests a minute. (The vendors' own clients ask every 1 or 2 seconds.)
    public static let polling = Backoff(first: .milliseconds(500), ceiling: .seconds(10))
    /// A service that cannot be asked: 1, 2, 4 … 60 seconds.
    public static let trouble = Backoff(first: .seconds(1), ceiling: .seconds(60))
    /// A service whose conversation is busy with a turn of somebody else: 1, 2, 4 … 15 seconds.
    public static let busy = Backoff(first: .seconds(1), ceiling: .seconds(15))
    /// A task in which another program of ours has a turn, which only the store is asked about: 0.25, 0.5, 1 and then every
    /// 2 seconds.
    public static let elsewhere = Backoff(first: .milliseconds(250), ceiling: .seconds(2))

    /// - parameter attempts: how many have been made in vain.
    /// - parameter random: from 0 up to 1.
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
