import Synchronization

/// Whether a service offers something that only some versions of it have. Found out by asking, and then not asked again.
final class OptionalEndpoint: Sendable {
    private let missing = Mutex(false)

    var isMissing: Bool { missing.withLock { $0 } }

    func markMissing() { missing.withLock { $0 = true } }
}
