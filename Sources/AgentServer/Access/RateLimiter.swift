/// Decides whether one more request may come: a bucket of tokens for each name, which fills again with time. Pure: the time is given.
struct RateLimiter: Sendable {
    /// Since when a bucket has been filling, and what was in it then.
    private struct Bucket {
        var tokens: Double
        var at: ContinuousClock.Instant
    }

    private let size: Double
    private var buckets: [String: Bucket] = [:]
    private static let minute = 60.0

    /// - Parameter perMinute: how many in a minute; as many may come at once.
    init(perMinute: Int) {
        size = Double(max(1, perMinute))
    }

    /// Counts a request if it may come.
    /// - Returns: nil if it may, or else the whole seconds after which one may.
    mutating func request(of name: String, now: ContinuousClock.Instant) -> Int? {
        let tokens = tokens(of: name, now: now)
        guard tokens >= 1 else { return Int(((1 - tokens) * Self.minute / size).rounded(.up)) }
        buckets[name] = Bucket(tokens: tokens - 1, at: now)
        return nil
    }

    private func tokens(of name: String, now: ContinuousClock.Instant) -> Double {
        guard let bucket = buckets[name] else { return size }
        let seconds = (now - bucket.at) / .seconds(1)
        return min(size, bucket.tokens + seconds * size / Self.minute)
    }
}
