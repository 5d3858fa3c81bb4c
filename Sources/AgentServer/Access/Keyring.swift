import Foundation
import Synchronization

/// Authenticates keys: those in the store, and the key of this process itself.
final class Keyring: Sendable {
    private let store: ServerStore
    /// When the use of each key was last recorded, by its prefix.
    private let recorded = Mutex<[String: Date]>([:])
    private let wrongKeys: Mutex<WrongKeys>
    private let now: @Sendable () -> ContinuousClock.Instant
    private let own = APIKey.generate(.general)
    private let ownDigest: KeyDigest

    /// How often the use of a key is recorded, in seconds: a write for each request would cost more than the request.
    private static let recordingInterval = 60.0

    /// - Parameter wrongKeysPerMinute: From one address; nil for any number.
    init(
        store: ServerStore, wrongKeysPerMinute: Int? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.store = store
        self.now = now
        wrongKeys = Mutex(WrongKeys(limiter: wrongKeysPerMinute.map(RateLimiter.init(perMinute:))))
        ownDigest = own.digest
    }

    /// In memory only, valid until the process ends.
    var processKey: String { own.text }

    /// - Parameter address: The client's; nil if it has none.
    /// - Returns: nil if the key is malformed, unknown or revoked.
    /// - Throws: ``APIError`` if too many wrong keys came from the address. A key that was valid a while ago is looked up all the same:
    ///   others at the address of a proxy go on.
    func principal(presenting text: String, from address: ClientAddress?) async throws -> Principal? {
        let key = APIKey(text)
        let digest = key?.digest
        if let digest, digest.matches(ownDigest) {
            return Principal(prefix: own.prefix, form: own.form, permissions: Set(KeyPermission.allCases))
        }
        let now = now()
        if let seconds = wrongKeys.withLock({ $0.delay(of: digest, from: address, now: now) }) {
            throw APIError(.rateLimited(retryAfter: seconds))
        }
        let principal: Principal? =
            if let key, let digest { try await lookUp(key, digest) } else { nil }
        wrongKeys.withLock { $0.record(digest, isValid: principal != nil, from: address, now: now) }
        return principal
    }

    private func lookUp(_ key: APIKey, _ digest: KeyDigest) async throws -> Principal? {
        guard let stored = try await store.key(prefix: key.prefix), stored.revokedAt == nil,
            KeyDigest(stored: stored.hash).matches(digest)
        else { return nil }
        await recordUse(of: stored)
        return stored.principal
    }

    private func recordUse(of key: StoredKey) async {
        let now = store.now()
        let isDue = recorded.withLock { recorded in
            let last = recorded[key.prefix] ?? key.lastUsedAt ?? .distantPast
            guard now.timeIntervalSince(last) >= Self.recordingInterval else { return false }
            recorded[key.prefix] = now
            return true
        }
        // A key is as good where that cannot be stored.
        if isDue { try? await store.recordUse(ofKey: key.prefix, at: now) }
    }
}

/// How many wrong keys came from each address, and which keys have been right.
private struct WrongKeys {
    var limiter: RateLimiter?
    private var known: Set<Data> = []

    private static let maxKnown = 4096

    init(limiter: RateLimiter?) {
        self.limiter = limiter
    }

    /// The whole seconds until a key that is not known to be right is looked up; nil if it is now.
    func delay(of digest: KeyDigest?, from address: ClientAddress?, now: ContinuousClock.Instant) -> Int? {
        guard let limiter, let seconds = limiter.delay(of: Self.name(address), now: now) else { return nil }
        return digest.map { known.contains($0.bytes) } == true ? nil : seconds
    }

    mutating func record(
        _ digest: KeyDigest?, isValid: Bool, from address: ClientAddress?, now: ContinuousClock.Instant
    ) {
        if isValid, let digest {
            if known.count >= Self.maxKnown { known = [] }
            known.insert(digest.bytes)
        } else {
            if let digest { known.remove(digest.bytes) }
            _ = limiter?.request(of: Self.name(address), now: now)
        }
    }

    private static func name(_ address: ClientAddress?) -> String { address?.text ?? "" }
}
