/// A token bucket per name. Pure: the time is passed in.
struct RateLimiter: Sendable {
    private struct Bucket {
        /// At the time `at`; more by now.
        var tokens: Double
        var at: ContinuousClock.Instant
    }

    private let size: Double
    private var buckets: [String: Bucket] = [:]
    private static let minute = 60.0

    /// - Parameter perMinute: The sustained rate, and the burst that is allowed.
    init(perMinute: Int) {
        size = Double(max(1, perMinute))
    }

    /// Counts a request if it is allowed.
    /// - Returns: nil if it is allowed, otherwise the whole seconds until one is.
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
