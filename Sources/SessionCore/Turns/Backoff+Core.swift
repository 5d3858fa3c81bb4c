import Timing

extension Backoff {
    /// A running turn: 0.5, 1, 2, 4, 8 and then every 10 seconds. A short answer comes soon, and a job of hours costs six
    /// requests a minute. (The vendors' own clients poll every 1–2 seconds.)
    static let polling = Backoff(first: .milliseconds(500), ceiling: .seconds(10))
    /// A service that cannot be reached: 1, 2, 4 … 60 seconds.
    static let trouble = Backoff(first: .seconds(1), ceiling: .seconds(60))
    /// A conversation that is busy with another client's turn: 1, 2, 4 … 15 seconds.
    static let busy = Backoff(first: .seconds(1), ceiling: .seconds(15))
    /// A task in which another Parley has a turn, for which only the store is read: 0.25, 0.5, 1, then every 2 seconds.
    static let elsewhere = Backoff(first: .milliseconds(250), ceiling: .seconds(2))
    /// A store that cannot be written: 0.25, 0.5, 1 … 10 seconds.
    static let storing = Backoff(first: .milliseconds(250), ceiling: .seconds(10))
}
