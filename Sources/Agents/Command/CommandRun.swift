import AsyncAlgorithms
import Foundation
import Subprocess

/// One run of a program, in a session and process group of its own, so that whatever it starts can be ended with it.
struct CommandRun: Sendable {
    var words: [String]
    var environment: [String: String]
    var folder: String?
    var input: [UInt8]
    var timeout: Duration
    var grace: Duration

    /// What a run prints, as it comes.
    struct Output: Sendable {
        /// Fails with an ``AgentFailure`` where the program does. A piece waits until it is taken, so a slow reader holds the program back.
        let pieces: AsyncThrowingChannel<[UInt8], any Error>
        fileprivate let wish: AsyncStream<Void>.Continuation
        fileprivate let work: Task<Void, Never>

        /// Ends the program and what it has started, and returns when they are gone.
        func stop() async {
            wish.finish()
            await work.value
        }
    }

    private typealias Program = Execution<CustomWriteInput, SequenceOutput, SequenceOutput>

    /// How a run came to its end.
    private enum End: Sendable {
        case finished, stopped, timedOut
    }

    func begin() -> Output {
        // Writing to a program that has ended is an error, and must not be a signal that ends the server. NIO does the same for the
        // whole process as soon as it opens a socket.
        signal(SIGPIPE, SIG_IGN)
        let pieces = AsyncThrowingChannel<[UInt8], any Error>()
        let (wishes, wish) = AsyncStream<Void>.makeStream()
        // A task of its own: whoever is cancelled while waiting for the program still waits until it is gone.
        let work = Task {
            do {
                try await run(into: pieces, until: wishes)
                pieces.finish()
            } catch {
                pieces.fail(error)
            }
        }
        return Output(pieces: pieces, wish: wish, work: work)
    }

    private func run(
        into pieces: AsyncThrowingChannel<[UInt8], any Error>, until wishes: AsyncStream<Void>
    ) async throws {
        let errors = LastLines()
        let end = try await withThrowingTaskGroup(of: End.self) { group in
            group.addTask {
                try await run(into: pieces, errors: errors)
                return .finished
            }
            group.addTask {
                for await _ in wishes {}
                return .stopped
            }
            group.addTask {
                try await Task.sleep(for: timeout)
                return .timedOut
            }
            let end = try await group.next() ?? .finished
            group.cancelAll()
            while await group.nextResult() != nil {}
            return end
        }
        switch end {
        case .finished: return
        case .stopped: throw CancellationError()
        case .timedOut:
            throw failure("took longer than \(timeout.components.seconds) s and was ended", await errors.text)
        }
    }

    /// Runs the program to its end; a cancellation ends it, with all that it has started.
    private func run(into pieces: AsyncThrowingChannel<[UInt8], any Error>, errors: LastLines) async throws {
        do {
            let result = try await Subprocess.run(
                configuration, input: .inputWriter, output: .sequence, error: .sequence
            ) { program in
                await follow(program, into: pieces, errors: errors)
                if Task.isCancelled { await killTheRest(of: program) }
            }
            try check(result.terminationStatus, said: await errors.text)
        } catch let error as SubprocessError {
            throw failure(to: error)
        }
    }

    private var configuration: Subprocess.Configuration {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: grace)]
        let program = words.first ?? ""
        let variables = environment.map { (Subprocess.Environment.Key(stringLiteral: $0.key), $0.value) }
        return Subprocess.Configuration(
            executable: program.contains("/") ? .path(.init(program)) : .name(program),
            arguments: Arguments(Array(words.dropFirst())),
            environment: .custom(Dictionary(variables) { first, _ in first }),
            workingDirectory: folder.map { .init($0) }, platformOptions: options)
    }

    /// Passes on what the program prints until it ends.
    private func follow(
        _ program: Program, into pieces: AsyncThrowingChannel<[UInt8], any Error>, errors: LastLines
    ) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // A program that ends without reading everything has read enough.
                _ = try? await program.standardInputWriter.write(input)
                try? await program.standardInputWriter.finish()
            }
            group.addTask { await errors.take(program.standardError) }
            group.addTask { await Self.pass(program.standardOutput, into: pieces) }
        }
    }

    private static func pass(
        _ output: SubprocessOutputSequence, into pieces: AsyncThrowingChannel<[UInt8], any Error>
    ) async {
        do {
            for try await buffer in output { await pieces.send(buffer.withUnsafeBytes { Array($0) }) }
        } catch {
            // The pipe went with the program, whose end says more.
        }
    }

    // MARK: Ends

    /// The group has been asked to end by then. Waits until the process that leads it has done so, for no longer than its grace, and
    /// kills what is left. The leader is a zombie until the run is over, so its number still means this group.
    private func killTheRest(of program: Program) async {
        // Signal 0 does nothing but ask whether there is somebody.
        let wait = TeardownStep.send(
            signal: Signal(rawValue: 0), toProcessGroup: true, allowedDurationToNextStep: grace)
        await program.teardown(using: [wait])
        try? program.send(signal: .kill, toProcessGroup: true)
    }

    private func check(_ status: TerminationStatus, said: String) throws {
        switch status {
        case .exited(0): return
        case .exited(let code): throw failure("failed with exit status \(code)", said)
        case .signaled(let signal): throw failure("was ended by signal \(signal)", said)
        }
    }

    private func failure(_ what: String, _ said: String = "") -> AgentFailure {
        let name = words.first.map { ($0 as NSString).lastPathComponent } ?? ""
        return AgentFailure("The program \(name) \(what)" + (said.isEmpty ? "." : ":\n\(said)"))
    }

    private func failure(to error: SubprocessError) -> AgentFailure {
        switch error.code {
        case .executableNotFound:
            failure("was not found. Install it, or write its whole path as the agent's command")
        case .failedToChangeWorkingDirectory:
            failure("cannot run in \(folder ?? ""): there is no such folder, or it is closed")
        default: failure("could not be started (\(error.code))")
        }
    }
}

/// The end of what a program says on its standard error.
private actor LastLines {
    private var bytes: [UInt8] = []
    private static let limit = 4096
    private static let lines = 5

    func take(_ output: SubprocessOutputSequence) async {
        do {
            for try await buffer in output {
                bytes = Array((bytes + buffer.withUnsafeBytes { Array($0) }).suffix(Self.limit))
            }
        } catch {
            // What came is what there is.
        }
    }

    /// The last lines that say something, without control characters.
    var text: String {
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        let visible = lines.map { line in
            String(
                String.UnicodeScalarView(
                    line.unicodeScalars.filter { $0.properties.generalCategory != .control }))
        }
        return visible.filter { !$0.allSatisfy(\.isWhitespace) }.suffix(Self.lines).joined(separator: "\n")
    }
}
