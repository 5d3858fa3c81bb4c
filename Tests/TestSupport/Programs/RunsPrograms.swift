import Testing

/// Runs each test of a suite on a thread of its own, a few at a time, because it starts programs and blocks while it waits for
/// them. `TerminalSession`, `Command` and `ServeProcess` refuse to work in a test without it.
///
/// A suite with this trait needs no time limit, which would count the time that a test waits for its turn: each wait for
/// a program has a limit of its own.
public struct RunsPrograms: TestTrait, SuiteTrait, TestScoping {
    public var isRecursive: Bool { true }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await ProgramThreads.shared.run(function)
    }
}

extension Trait where Self == RunsPrograms {
    public static var runsPrograms: Self { RunsPrograms() }
}
