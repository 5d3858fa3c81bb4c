import Foundation
import Synchronization

/// Authenticates keys: those in the store, and the key of this process itself.
final class Keyring: Sendable {
    private let store: ServerStore
    /// When the use of each key was last recorded, by its prefix.
    private let recorded = Mutex<[String: Date]>([:])
    private let own = APIKey.generate(.general)
    private let ownDigest: KeyDigest

    /// How often the use of a key is recorded, in seconds: a write for each request would cost more than the request.
    private static let recordingInterval = 60.0

    init(store: ServerStore) {
        self.store = store
        ownDigest = own.digest
    }

    /// In memory only, valid until the process ends.
    var processKey: String { own.text }

    /// nil if the key is malformed, unknown or revoked.
    func principal(presenting text: String) async throws -> Principal? {
        guard let key = APIKey(text) else { return nil }
        let digest = key.digest
        if digest.matches(ownDigest) {
            return Principal(prefix: own.prefix, form: own.form, permissions: Set(KeyPermission.allCases))
        }
        guard let stored = try await store.key(prefix: key.prefix), stored.revokedAt == nil,
            KeyDigest(stored: stored.hash).matches(digest)
        else { return nil }
        try await recordUse(of: stored)
        return stored.principal
    }

    private func recordUse(of key: StoredKey) async throws {
        let now = store.now()
        let isDue = recorded.withLock { recorded in
            let last = recorded[key.prefix] ?? key.lastUsedAt ?? .distantPast
            guard now.timeIntervalSince(last) >= Self.recordingInterval else { return false }
            recorded[key.prefix] = now
            return true
        }
        if isDue { try await store.recordUse(ofKey: key.prefix, at: now) }
    }
}
