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
        let (stdin, stdout) = (Pipe(), Pipe())
        // A file, so that neither stream can fill up while the other is read.
        let errorFile = try folder.write("", to: "stderr")
        let errors = FileHandle(forWritingAtPath: errorFile) ?? .nullDevice
        let process = try ChildProcess(
            executable, arguments, environment: BuiltPrograms.environment(environment), directory: directory,
            input: stdin.fileHandleForReading, output: stdout.fileHandleForWriting, errors: errors)
        let guardian = Guardian(killing: process.processIdentifier, limit: limit)
        let deadline = ContinuousClock.now + limit + .seconds(5)
        try stdin.fileHandleForReading.close()
        try stdout.fileHandleForWriting.close()
        if !readsOutput { try stdout.fileHandleForReading.close() }
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        var output = Data()
        // What a program leaves behind when it is killed may keep its output open.
        if readsOutput { output = stdout.fileHandleForReading.read(until: deadline) }
        let ending = process.waitForEnd(until: deadline)
        let (printed, errorText) = (String(decoding: output, as: UTF8.self), try folder.read(errorFile))
        guard let ending, !guardian.hasActed else {
            throw DidNotEnd(
                description: "\(executable) \(arguments) did not end within \(limit). It printed:\n"
                    + printed + "and to standard error:\n" + errorText)
        }
        return switch ending {
        case .exited(let status):
            Outcome(status: status, isSignalled: false, output: printed, errors: errorText)
        case .signalled(let signal):
            Outcome(status: signal, isSignalled: true, output: printed, errors: errorText)
        }
    }
}
