import Foundation

/// The session manager's source of time. Tests drive one by hand.
public struct SessionClock: Sendable {
    /// The time of day: what messages are stamped with.
    public var now: @Sendable () -> Date
    /// Time that only moves forward, from any origin: what waiting is measured in.
    public var uptime: @Sendable () -> Duration
    /// Returns when ``uptime`` has reached this, or throws `CancellationError`.
    public var sleep: @Sendable (_ until: Duration) async throws -> Void

    public init(
        now: @escaping @Sendable () -> Date, uptime: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (_ until: Duration) async throws -> Void
    ) {
        self.now = now
        self.uptime = uptime
        self.sleep = sleep
    }

    /// The computer's clock. Time goes on while the computer sleeps.
    public static var system: SessionClock {
        let origin = ContinuousClock.now
        return SessionClock(
            now: { Date() },
            uptime: { origin.duration(to: .now) },
            sleep: { try await Task.sleep(until: origin.advanced(by: $0), clock: .continuous) })
    }
}
