/// Waits for a condition that no event announces: it is checked every few milliseconds, without keeping a processor busy.
/// - Throws: what `condition` throws, or `CancellationError` when the time limit of the test is over.
public func eventually(
    isolation: isolated (any Actor)? = #isolation, _ condition: () async throws -> Bool
) async throws {
    while try await !condition() { try await Task.sleep(for: .milliseconds(5)) }
}
