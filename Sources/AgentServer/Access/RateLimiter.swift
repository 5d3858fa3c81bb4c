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
    /// At how many buckets those that are full again are removed.
    private var pruneCount = minPruneCount
    private static let minPruneCount = 1024

    /// - Parameter perMinute: The sustained rate, and the burst that is allowed.
    init(perMinute: Int) {
        size = Double(max(1, perMinute))
    }

    /// Counts a request if it is allowed.
    /// - Returns: nil if it is allowed, otherwise the whole seconds until one is.
    mutating func request(of name: String, now: ContinuousClock.Instant) -> Int? {
        if let seconds = delay(of: name, now: now) { return seconds }
        buckets[name] = Bucket(tokens: tokens(of: name, now: now) - 1, at: now)
        prune(now: now)
        return nil
    }

    /// The whole seconds until a request is allowed; nil if it is now.
    func delay(of name: String, now: ContinuousClock.Instant) -> Int? {
        let tokens = tokens(of: name, now: now)
        return tokens >= 1 ? nil : Int(((1 - tokens) * Self.minute / size).rounded(.up))
    }

    /// A full bucket is as good as none.
    private mutating func prune(now: ContinuousClock.Instant) {
        guard buckets.count >= pruneCount else { return }
        buckets = buckets.filter { tokens(of: $0.key, now: now) < size }
        pruneCount = max(Self.minPruneCount, 2 * buckets.count)
    }

    private func tokens(of name: String, now: ContinuousClock.Instant) -> Double {
        guard let bucket = buckets[name] else { return size }
        let seconds = (now - bucket.at) / .seconds(1)
        return min(size, bucket.tokens + seconds * size / Self.minute)
    }
}
