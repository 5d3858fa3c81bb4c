import Testing

/// Runs each test of a suite on a thread of its own, a few at a time: for suites that start programs and block while they wait
/// for them, and for those that compute for seconds. All other tests share one thread for each processor, and would wait.
///
/// `TerminalSession`, `Command` and `ServeProcess` refuse to work in a test without this trait. A suite with it needs no time
/// limit, which would count the time that a test waits for its turn: each wait for a program has a limit of its own.
public struct OwnThread: TestTrait, SuiteTrait, TestScoping {
    public var isRecursive: Bool { true }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await TestThreads.shared.run(function)
    }
}

extension Trait where Self == OwnThread {
    public static var ownThread: Self { OwnThread() }
}
