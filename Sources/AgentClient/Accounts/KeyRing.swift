import Foundation
import SessionCore
import Wire

/// Keeps the key of an account in memory, so that its source is read once and not for every request. Concurrent requests wait for the
/// same read.
actor KeyRing {
    private let account: ServiceAccount
    private var fetching: Task<String, any Error>?
    /// What was fetched last, unless it has been forgotten.
    private var known: String?

    init(_ account: ServiceAccount) { self.account = account }

    /// - Throws: ``ServiceError`` if there is no key that can be sent, `CancellationError`.
    func key() async throws -> String {
        let current = fetching ?? Task { [account] in try await Self.fetch(account) }
        fetching = current
        let outcome = await current.result
        // A failure is not kept: the next request tries again.
        if fetching == current {
            known = try? outcome.get()
            if known == nil { fetching = nil }
        }
        try Task.checkCancellation()
        return try outcome.get()
    }

    /// The service has refused a key: the next request fetches it again.
    func forget(_ key: String) {
        guard known == key else { return }
        (fetching, known) = (nil, nil)
    }

    /// Fetches the key again after the service has refused it.
    /// - Returns: nil if its source has no other.
    /// - Throws: `CancellationError`.
    func another(than refused: String) async throws -> String? {
        forget(refused)
        do {
            let key = try await key()
            return key == refused ? nil : key
        } catch let error as CancellationError {
            throw error
        } catch {
            return nil
        }
    }

    /// A text without the key.
    func redacted(_ text: String) -> String { known.flatMap { Secret($0) }?.redacted(in: text) ?? text }

    private static func fetch(_ account: ServiceAccount) async throws -> String {
        let text: String
        do {
            text = try await account.key()
        } catch let error as ServiceError {
            throw error
        } catch {
            throw ServiceError(
                .unauthorized,
                "There is no key for account “\(account.name)”: \(account.keyDescription) gave none.",
                detail: String(describing: error))
        }
        let key = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !key.isEmpty else {
            throw ServiceError(
                .unauthorized,
                "The key of account “\(account.name)” is empty. It comes from \(account.keyDescription).")
        }
        // A line end would begin another header; no vendor's key has the other characters that a header may carry.
        guard key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ServiceError(
                .unauthorized,
                "The key of account “\(account.name)” contains a character that is not allowed in a key. "
                    + "It comes from \(account.keyDescription): look there for a space, a line end or an accent."
            )
        }
        return key
    }
}
