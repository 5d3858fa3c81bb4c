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
        try process.run()
        let guardian = ProcessGuardian(process.processIdentifier, limit: limit)
        if !readsOutput { try stdout.fileHandleForReading.close() }
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = readsOutput ? try stdout.fileHandleForReading.readToEnd() ?? Data() : Data()
        process.waitUntilExit()
        let outcome = Outcome(
            status: process.terminationStatus, isSignalled: process.terminationReason == .uncaughtSignal,
            output: String(decoding: output, as: UTF8.self), errors: try folder.read(errorFile))
        if guardian.hasKilled {
            throw DidNotEnd(
                description: "\(executable) \(arguments) did not end within \(limit). It printed:\n"
                    + outcome.output + "and to standard error:\n" + outcome.errors)
        }
        return outcome
    }
}
