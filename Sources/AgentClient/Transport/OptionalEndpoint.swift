import Synchronization

/// An endpoint that only some versions of a service have. The first request that finds it missing is the last.
final class OptionalEndpoint: Sendable {
    private let missing = Mutex(false)

    var isMissing: Bool { missing.withLock { $0 } }

    func markMissing() { missing.withLock { $0 = true } }
}
