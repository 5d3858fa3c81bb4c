import Dispatch
import Foundation
import Synchronization
import Testing

/// A thread that runs the jobs of one test at a time, and may block.
///
/// As a task executor it takes over everything that a task does outside actors, so that a test that blocks holds up
/// this thread and none of those that all other tests share.
final class TestThread: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])
    private let pending = DispatchSemaphore(value: 0)
    private static let mark = "parley.test-thread"

    init() {
        let thread = Thread { [self] in
            Thread.current.threadDictionary[Self.mark] = true
            while true {
                pending.wait()
                jobs.withLock { $0.removeFirst() }.runSynchronously(on: asUnownedTaskExecutor())
            }
        }
        thread.name = "test"
        // Decoding, regular expressions and the like take more than the half megabyte of a second thread.
        thread.stackSize = 8 << 20
        thread.start()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        pending.signal()
    }

    /// A wait that would block a thread that other tests need.
    struct MustNotBlock: Error, CustomStringConvertible {
        let description = "A program is started in a suite without the trait .ownThread."
    }

    /// - Throws: `MustNotBlock` in a test that runs on another thread.
    static func checkMayBlock() throws {
        guard Test.current == nil || Thread.current.threadDictionary[mark] != nil else {
            throw MustNotBlock()
        }
    }
}

/// The threads for tests with one of their own: two for each processor, since such a test mostly waits for a program, and no
/// more, so that the machine is not flooded with programs. A test that finds none free waits without blocking.
final class TestThreads: Sendable {
    static let shared = TestThreads(count: 2 * ProcessInfo.processInfo.activeProcessorCount)

    private struct State {
        var free: [TestThread]
        var waiting: [CheckedContinuation<TestThread, Never>] = []
    }

    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(free: (0..<count).map { _ in TestThread() })) }

    /// Runs `body` on a thread of its own.
    func run(_ body: () async throws -> Void) async throws {
        let thread = await borrow()
        defer { giveBack(thread) }
        // A thread that is blocked cannot be cancelled: better no tests than tests that never end.
        let name = Test.current.map { "\($0.name) in \($0.sourceLocation.fileID)" } ?? "A test"
        let guardian = Guardian(limit: TimeLimits.test) {
            FileHandle.standardError.write(Data("\(name) did not end within \(TimeLimits.test).\n".utf8))
            abort()
        }
        defer { withExtendedLifetime(guardian) {} }
        try await withTaskExecutorPreference(thread) { try await body() }
    }

    private func borrow() async -> TestThread {
        await withCheckedContinuation { continuation in
            let thread: TestThread? = state.withLock { state in
                if let thread = state.free.popLast() { return thread }
                state.waiting.append(continuation)
                return nil
            }
            if let thread { continuation.resume(returning: thread) }
        }
    }

    private func giveBack(_ thread: TestThread) {
        let next: CheckedContinuation<TestThread, Never>? = state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free.append(thread)
            return nil
        }
        next?.resume(returning: thread)
    }
}
