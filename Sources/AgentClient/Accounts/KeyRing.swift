import Foundation
import SessionCore

/// Keeps the key of an account in memory, so that where it comes from is asked once and not for every request. Requests that need it at
/// the same time wait for the same answer.
actor KeyRing {
    private let account: ServiceAccount
    private var fetching: Task<String, any Error>?

    init(_ account: ServiceAccount) { self.account = account }

    /// - Throws: ``ServiceError`` where there is no key that could be sent, `CancellationError`.
    func key() async throws -> String {
        let current = fetching ?? Task { [account] in try await Self.fetch(account) }
        fetching = current
        let outcome = await current.result
        // Only a key is worth keeping.
        if case .failure = outcome, fetching == current { fetching = nil }
        try Task.checkCancellation()
        return try outcome.get()
    }

    /// The service has refused the key: the next request asks for it anew.
    func forget() { fetching = nil }

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
        // What else a header could carry is of no use in a key, and a line end would begin a header of its own.
        guard key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ServiceError(
                .unauthorized,
                "The key of account “\(account.name)” contains a character that no key can have. "
                    + "It comes from \(account.keyDescription): look there for a space, a line end or an accent."
            )
        }
        return key
    }
}
