import AsyncAlgorithms
import Foundation
import Subprocess
import Synchronization

/// One run of a program, without a shell, in a session and process group of its own: it cannot read the terminal, and everything
/// it starts is ended with it.
public struct ProgramRun: Sendable {
    /// The program and its arguments. A name without a slash is looked up in `PATH`.
    public var words: [String]
    public var environment: [String: String]
    /// Where it runs; nil where this process runs.
    public var folder: String?
    /// What it reads on standard input.
    public var input: [UInt8] = []
    /// How many bytes it may write to standard output; nil without a limit.
    public var outputLimit: Int?
    public var timeout: Duration
    /// How long it has to end by itself when it is asked to.
    public var grace: Duration
    /// Ends it with this process; nil leaves it running.
    public var registry: ProgramRegistry?
    /// Returns when the timeout is over, or when the task is cancelled.
    var expire: @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }

    public init(words: [String], environment: [String: String], timeout: Duration, grace: Duration) {
        self.words = words
        self.environment = environment
        self.timeout = timeout
        self.grace = grace
    }

    /// Whether a program of this name is found in `PATH`.
    public static func isInstalled(_ name: String, _ environment: [String: String]) -> Bool {
        path(of: name, environment) != nil
    }

    /// Where the program of this name is found in `PATH`.
    public static func path(of name: String, _ environment: [String: String]) -> String? {
        environment["PATH", default: ""].split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    fileprivate typealias Program = Execution<CustomWriteInput, SequenceOutput, SequenceOutput>
    private typealias Pieces = AsyncThrowingChannel<[UInt8], any Error>

    /// What happens in a run.
    private enum Event: Sendable {
        case finished(Result<Void, any Error>)
        case stopped, timedOut, silent
    }

    /// Runs the program, and returns when it and everything it started are gone. Cancellation, and an error of `receive`, end it.
    /// - Parameter receive: takes what the program writes to standard output, as it arrives. The program waits meanwhile.
    /// - Throws: ``ProgramFailure``, `CancellationError`, or what `receive` threw.
    public func run(_ receive: ([UInt8]) async throws -> Void) async throws {
        // Writing to a program that has ended must fail, and not end this process with a signal. NIO does the same for the whole
        // process as soon as it opens a socket.
        signal(SIGPIPE, SIG_IGN)
        let pieces = Pieces()
        let (stops, stop) = AsyncStream<Void>.makeStream()
        // A task of its own: a caller that is cancelled still waits until the program is gone.
        let work = Task {
            do {
                try await run(into: pieces, until: stops)
                pieces.finish()
            } catch {
                pieces.fail(error)
            }
        }
        do {
            for try await piece in pieces { try await receive(piece) }
            try Task.checkCancellation()
        } catch {
            stop.finish()
            await work.value
            try Task.checkCancellation()
            throw error
        }
        await work.value
    }

    /// Runs the program with `text` on standard input, without a time limit and without reading what it writes. What it leaves
    /// running goes on: programs that hold a clipboard do.
    /// - Returns: whether it ended well.
    public func handOver(_ text: String) async -> Bool {
        guard let reserve = await StartReserve.acquire() else { return false }
        defer { reserve.release() }
        let result = try? await Subprocess.run(
            configuration, input: .string(text), output: .discarded, error: .discarded)
        return result?.terminationStatus == .exited(0)
    }

    private func run(into pieces: Pieces, until stops: AsyncStream<Void>) async throws {
        let (errors, state) = (LastLines(), RunState())
        let event = await withTaskGroup(of: Event.self) { group in
            group.addTask {
                do {
                    return .finished(.success(try await run(into: pieces, errors: errors, state)))
                } catch {
                    return .finished(.failure(error))
                }
            }
            group.addTask {
                for await _ in stops {}
                return .stopped
            }
            group.addTask {
                await expire(timeout)
                return .timedOut
            }
            defer { group.cancelAll() }
            var isTimedOut = false
            while let event = await group.next() {
                switch event {
                case .timedOut:
                    // What it wrote before its end is read, however slowly: it waits in the pipe.
                    guard await state.withProgram(end) != false else { continue }
                    isTimedOut = true
                    group.addTask {
                        await state.silence(of: grace)
                        return .silent
                    }
                case .finished, .silent: return isTimedOut ? .timedOut : event
                case .stopped: return .stopped
                }
            }
            return .stopped
        }
        switch event {
        case .finished(let result): try result.get()
        case .stopped: throw CancellationError()
        case .timedOut, .silent: throw ProgramFailure(.timedOut(timeout), lastLines: await errors.text)
        }
    }

    /// Runs the program to its end; cancellation ends it, with everything it has started.
    private func run(into pieces: Pieces, errors: LastLines, _ state: RunState) async throws {
        func ended() async {
            if let number = state.number { await registry?.ended(number) }
        }
        guard let reserve = await StartReserve.acquire() else {
            try Task.checkCancellation()
            throw ProgramFailure(.notStarted(Self.tooManyFiles))
        }
        do {
            let result = try await Subprocess.run(
                configuration, input: .inputWriter, output: .sequence, error: .sequence
            ) { program in
                state.begin(program)
                reserve.release()
                await registry?.began(program.processIdentifier.value)
                let isWithinLimit = await follow(program, into: pieces, errors: errors, state)
                await waitForEnd(of: program)
                if Task.isCancelled { await killRest(of: program) }
                await state.finish()
                return isWithinLimit
            }
            await ended()
            guard result.closureResult else { throw ProgramFailure(.outputLimitExceeded) }
            try check(result.terminationStatus, lastLines: await errors.text)
        } catch let error as SubprocessError {
            await ended()
            throw failure(error)
        } catch {
            await ended()
            throw error
        }
    }

    private static let tooManyFiles = String(cString: strerror(EMFILE))

    private var teardown: [TeardownStep] {
        [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: grace)]
    }

    private var configuration: Subprocess.Configuration {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = teardown
        let program = words.first ?? ""
        let variables = environment.map { (Subprocess.Environment.Key(stringLiteral: $0.key), $0.value) }
        return Subprocess.Configuration(
            executable: program.contains("/") ? .path(.init(program)) : .name(program),
            arguments: Arguments(Array(words.dropFirst())),
            environment: .custom(Dictionary(variables) { first, _ in first }),
            workingDirectory: folder.map { .init($0) }, platformOptions: options)
    }

    /// Passes on what the program writes until it ends.
    /// - Returns: false if it was ended because it wrote more than it may.
    private func follow(
        _ program: Program, into pieces: Pieces, errors: LastLines, _ state: RunState
    ) async -> Bool {
        async let isWithinLimit = pass(program, into: pieces, state)
        async let errorsRead: Void = errors.read(program.standardError)
        // A program that ends without reading everything has read enough.
        _ = try? await program.standardInputWriter.write(input)
        try? await program.standardInputWriter.finish()
        await errorsRead
        return await isWithinLimit
    }

    private func pass(_ program: Program, into pieces: Pieces, _ state: RunState) async -> Bool {
        var count = 0
        do {
            for try await buffer in program.standardOutput {
                count += buffer.count
                if let outputLimit, count > outputLimit {
                    await program.teardown(using: teardown)
                    await killRest(of: program)
                    return false
                }
                state.isPassingOn = true
                await pieces.send(buffer.withUnsafeBytes { Array($0) })
                state.isPassingOn = false
            }
        } catch {
            // The pipe broke with the program; its termination status says why.
        }
        return true
    }

    // MARK: Ends

    /// Waits for the end of a program that has closed its output, which it mostly does by ending. Also returns when the task is
    /// cancelled.
    private func waitForEnd(of program: Program) async {
        var pause = Duration.milliseconds(1)
        while !Task.isCancelled, !hasEnded(program) {
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(250))
        }
    }

    /// Whether the program has ended; its status is left to the library.
    private func hasEnded(_ program: Program) -> Bool {
        var information = siginfo_t()
        let number = id_t(program.processIdentifier.value)
        let result = waitid(P_PID, number, &information, WEXITED | WNOHANG | WNOWAIT)
        return result != 0 || information.si_signo != 0
    }

    /// Ends the program, with everything it has started; what it has written can still be read.
    /// - Returns: false if all of it had ended before.
    private func end(_ program: Program) async -> Bool {
        guard ProcessIdentity.isRunning(group: program.processIdentifier.value) else { return false }
        await program.teardown(using: teardown)
        await killRest(of: program)
        return true
    }

    /// The group has been asked to end. Waits for its leader, for no longer than the grace, and kills what is left. The leader is a
    /// zombie until the run is over, so its number still means this group.
    private func killRest(of program: Program) async {
        // Signal 0 only asks whether the process exists.
        let wait = TeardownStep.send(
            signal: Signal(rawValue: 0), toProcessGroup: true, allowedDurationToNextStep: grace)
        await program.teardown(using: [wait])
        try? program.send(signal: .kill, toProcessGroup: true)
    }

    private func check(_ status: TerminationStatus, lastLines: String) throws(ProgramFailure) {
        switch status {
        case .exited(0): return
        case .exited(let code): throw ProgramFailure(.exited(code), lastLines: lastLines)
        case .signaled(let signal): throw ProgramFailure(.signaled(signal), lastLines: lastLines)
        }
    }

    private func failure(_ error: SubprocessError) -> ProgramFailure {
        switch error.code {
        case .executableNotFound: ProgramFailure(.notFound)
        case .failedToChangeWorkingDirectory: ProgramFailure(.folderNotAccessible)
        default: ProgramFailure(.notStarted("\(error.code)"))
        }
    }
}

/// How far a run has come.
private final class RunState: Sendable {
    private struct Progress {
        /// nil before the program has begun.
        var program: ProgramRun.Program?
        var isFinished = false
        /// Whether it is being used by someone else than the run.
        var isUsed = false
        var finisher: CheckedContinuation<Void, Never>?
        var isPassingOn = false
        var pieces = 0
    }

    private let progress = Mutex(Progress())

    /// The process number of the program; nil before it has begun.
    var number: pid_t? { progress.withLock { $0.program?.processIdentifier.value } }

    func begin(_ program: ProgramRun.Program) { progress.withLock { $0.program = program } }

    /// Lets `body` do something to the program. The run goes on meanwhile but does not return, since the program's number and
    /// descriptor may be another one's afterwards. Not for two at once.
    /// - Returns: what `body` returns; nil if the program has not begun, false if it is finished.
    func withProgram(_ body: (ProgramRun.Program) async -> Bool) async -> Bool? {
        let (program, isFinished) = progress.withLock { progress in
            progress.isUsed = progress.program != nil && !progress.isFinished
            return (progress.program, progress.isFinished)
        }
        guard let program else { return nil }
        guard !isFinished else { return false }
        let result = await body(program)
        let finisher = progress.withLock { progress in
            progress.isUsed = false
            return progress.finisher.take()
        }
        finisher?.resume()
        return result
    }

    /// The run is about to return: waits until nobody uses the program.
    func finish() async {
        await withCheckedContinuation { continuation in
            let isFree = progress.withLock { progress in
                progress.isFinished = true
                if progress.isUsed { progress.finisher = continuation }
                return !progress.isUsed
            }
            if isFree { continuation.resume() }
        }
    }

    /// Whether a piece of what the program wrote waits to be taken.
    var isPassingOn: Bool {
        get { progress.withLock { $0.isPassingOn } }
        set {
            progress.withLock {
                $0.isPassingOn = newValue
                $0.pieces += 1
            }
        }
    }

    private var pieces: Int { progress.withLock { $0.pieces } }

    /// Returns when nothing has come for a while, although all that came was taken: something that left the group of the program holds
    /// its output open. Also returns when it is cancelled.
    func silence(of duration: Duration) async {
        var before = pieces
        while !Task.isCancelled {
            try? await Task.sleep(for: duration)
            if !isPassingOn, pieces == before { return }
            before = pieces
        }
    }
}
