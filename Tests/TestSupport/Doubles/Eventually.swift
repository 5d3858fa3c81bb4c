import Foundation

/// Waits for a condition that no event announces: it is checked every few milliseconds, without keeping a processor busy.
/// - Throws: what `condition` throws, `NotMet` after ``TimeLimits/wait``, or `CancellationError` when the time limit of the test
///   is over.
public func eventually(
    isolation: isolated (any Actor)? = #isolation, file: String = #fileID, line: Int = #line,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + TimeLimits.wait
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw NotMet(place: "\(file):\(line)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// Looks every few milliseconds for something that no event announces, in a test that may block its thread.
/// - Throws: what `condition` throws, or `NotMet` after ``TimeLimits/wait``.
public func waitUntil(file: String = #fileID, line: Int = #line, _ condition: () throws -> Bool) throws {
    try TestThread.checkMayBlock()
    let deadline = ContinuousClock.now + TimeLimits.wait
    while try !condition() {
        guard ContinuousClock.now < deadline else { throw NotMet(place: "\(file):\(line)") }
        usleep(5000)
    }
}

/// A condition that was waited for too long.
private struct NotMet: Error, CustomStringConvertible {
    let place: String

    var description: String { "The condition waited for at \(place) was not met." }
}
