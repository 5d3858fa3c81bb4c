@testable import SessionCore

extension SessionStore {
    /// One write transaction at the origin of the tests' time.
    @discardableResult
    func transact<T: Sendable>(_ body: @Sendable (StoreTransaction) throws -> T) async throws -> T {
        try await transact(at: ManualClock.origin, body)
    }
}
