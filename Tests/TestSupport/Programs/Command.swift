import Dispatch
import Foundation

/// A program that is run to its end without a terminal.
public struct Command {
    public var executable: String
    public var arguments: [String]
    /// All of its environment: nothing but what a sanitizer needs is inherited from the tests.
    public var environment: [String: String]
    public var directory: String?
    /// How long it may run before it is killed and the test fails: a guard against a program that hangs.
    public var limit = TimeLimits.wait

    public init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
        directory: String? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
    }

    /// What a program printed, and how it ended.
    public struct Outcome: Sendable {
        public var status: Int32
        /// Whether a signal ended it, whose number `status` is then.
        public var isSignalled: Bool
        public var output: String
        public var errors: String
    }

    /// A program that was killed because it did not end.
    public struct DidNotEnd: Error, CustomStringConvertible {
        public let description: String
    }

    /// Runs it and waits for its end.
    /// - Parameters:
    ///   - input: its standard input, as a pipe.
    ///   - readsOutput: false closes the reading end of its standard output at once.
    /// - Throws: `DidNotEnd` after the time limit.
    public func run(input: String = "", readsOutput: Bool = true) throws -> Outcome {
        try TestThread.checkMayBlock()
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.environment = BuiltPrograms.environment(environment)
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        let (stdin, stdout) = (Pipe(), Pipe())
        // A file, so that neither stream can fill up while the other is read.
        let errorFile = try folder.write("", to: "stderr")
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = FileHandle(forWritingAtPath: errorFile)
        let ending = try process.start()
        let guardian = Guardian(killing: process.processIdentifier, limit: limit)
        let deadline = ContinuousClock.now + limit + .seconds(5)
        if !readsOutput { try stdout.fileHandleForReading.close() }
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        var output = Data()
        // What a program leaves behind when it is killed may keep its output open.
        if readsOutput { output = stdout.fileHandleForReading.read(until: deadline) }
        guard ending.wait(until: deadline) else {
            throw DidNotEnd(
                description: "The end of \(executable) \(arguments) was not told within \(limit).")
        }
        let outcome = Outcome(
            status: process.terminationStatus, isSignalled: process.terminationReason == .uncaughtSignal,
            output: String(decoding: output, as: UTF8.self), errors: try folder.read(errorFile))
        if guardian.hasActed {
            throw DidNotEnd(
                description: "\(executable) \(arguments) did not end within \(limit). It printed:\n"
                    + outcome.output + "and to standard error:\n" + outcome.errors)
        }
        return outcome
    }
}

extension FileHandle {
    /// Reads until the end, or the deadline.
    func read(until deadline: ContinuousClock.Instant) -> Data {
        var (read, buffer) = (Data(), [UInt8](repeating: 0, count: 1 << 16))
        while true {
            let left = max(.zero, ContinuousClock.now.duration(to: deadline))
            var polled = pollfd(fd: fileDescriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&polled, 1, Int32(clamping: left.components.seconds * 1000 + 1))
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return read }
            let count = Glibc.read(fileDescriptor, &buffer, buffer.count)
            guard count > 0 else { return read }
            read.append(contentsOf: buffer[..<count])
        }
    }
}

/// The end of a program, which its handler reports.
struct ProcessEnding {
    fileprivate let semaphore = DispatchSemaphore(value: 0)

    /// - Returns: whether it has ended by then.
    func wait(until deadline: ContinuousClock.Instant) -> Bool {
        let left = max(.zero, ContinuousClock.now.duration(to: deadline))
        guard semaphore.wait(timeout: .now() + .milliseconds(Int(left / .milliseconds(1)))) == .success else {
            return false
        }
        semaphore.signal()
        return true
    }
}

extension Process {
    /// Runs it.
    func start() throws -> ProcessEnding {
        let ending = ProcessEnding()
        terminationHandler = { _ in ending.semaphore.signal() }
        try run()
        return ending
    }
}
