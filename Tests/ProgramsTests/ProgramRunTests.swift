import Foundation
import TestSupport
import Testing

@testable import Programs

/// Runs with real programs. What becomes of their children is tested with the agent that runs commands.
@Suite(.timeLimit(.scaled(minutes: 5))) struct ProgramRunTests {
    private func program(_ words: String..., timeout: Duration = TimeLimits.wait) -> ProgramRun {
        ProgramRun(
            words: words, environment: ["PATH": "/usr/bin:/bin"], timeout: timeout, grace: .milliseconds(100))
    }

    private func shell(_ line: String) -> ProgramRun { program("/bin/sh", "-c", line) }

    private func output(of program: ProgramRun) async throws -> String {
        var bytes: [UInt8] = []
        try await program.run { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func failure(of program: ProgramRun) async -> ProgramFailure? {
        await #expect(throws: ProgramFailure.self) { try await output(of: program) }
    }

    @Test func outputInputFolderAndEnvironmentArePassed() async throws {
        var program = shell("cat; pwd; echo $MARK")
        program.input = Array("hello\n".utf8)
        program.folder = "/"
        program.environment["MARK"] = "seen"
        #expect(try await output(of: program) == "hello\n/\nseen\n")
    }

    @Test func wordsAreNotReadByAShell() async throws {
        #expect(try await output(of: program("printf", "%s", "$HOME;*")) == "$HOME;*")
    }

    @Test func aFailureHasItsReasonAndTheLastLines() async {
        #expect(await failure(of: program("no-such-program-here")) == ProgramFailure(.notFound))
        #expect(await failure(of: program("false")) == ProgramFailure(.exited(1)))
        #expect(await failure(of: shell("kill -9 $$")) == ProgramFailure(.signaled(9)))
        #expect(
            await failure(of: shell("for i in 1 2 3 4 5 6 7; do echo $i >&2; done; echo >&2; exit 3"))
                == ProgramFailure(.exited(3), lastLines: "3\n4\n5\n6\n7"))
        var elsewhere = program("true")
        elsewhere.folder = "/no/such/folder"
        #expect(await failure(of: elsewhere) == ProgramFailure(.folderNotAccessible))
    }

    @Test func theLastLinesAreSafeToShow() async {
        let failure = await failure(of: shell("printf 'a\\033[1mb\\n' >&2; exit 1"))
        #expect(failure?.lastLines.unicodeScalars.contains("\u{1B}") == false)
        #expect(failure?.lastLines.hasSuffix("[1mb") == true)
    }

    @Test func aLineWhoseBeginningIsGoneIsLeftOut() async {
        let long = "head -c 5000 /dev/zero | tr '\\0' x >&2; "
        #expect(await failure(of: shell(long + "exit 1")) == ProgramFailure(.exited(1)))
        #expect(
            await failure(of: shell(long + "echo >&2; echo end >&2; exit 1"))
                == ProgramFailure(.exited(1), lastLines: "end"))
    }

    @Test func aProgramThatTakesTooLongIsEnded() async {
        let timeout = Duration.milliseconds(1)
        #expect(
            await failure(of: program("sleep", "600", timeout: timeout)) == ProgramFailure(.timedOut(timeout))
        )
    }

    /// Its descriptor and its number may be another program's as soon as it is gone: what ends it must be done with it by then.
    @Test func endingItHoldsUpNothingThatComesAfterIt() async {
        await withTaskGroup(of: ProgramFailure.Reason?.self) { group in
            for number in 0..<400 {
                let timeout = Duration.microseconds(number * 50)
                if number >= 8 { _ = await group.next() }
                group.addTask { await failure(of: program("sleep", "600", timeout: timeout))?.reason }
                group.addTask {
                    // Takes the numbers that become free, and is never readable.
                    let pipes = (0..<16).map { _ in Pipe() }
                    try? await Task.sleep(for: .milliseconds(20))
                    withExtendedLifetime(pipes) {}
                    return nil
                }
            }
        }
    }

    @Test(arguments: ["yes", "head -c 4097 /dev/zero; sleep 600"])
    func aProgramThatWritesTooMuchIsEnded(line: String) async {
        var program = shell(line)
        program.outputLimit = 4096
        #expect(await failure(of: program)?.reason == .outputLimitExceeded)
    }

    @Test func outputUpToTheLimitIsPassed() async throws {
        var program = program("head", "-c", "4096", "/dev/zero")
        program.outputLimit = 4096
        #expect(try await output(of: program).utf8.count == 4096)
    }

    @Test func anErrorOfTheReceiverEndsTheProgram() async {
        struct Enough: Error {}
        await #expect(throws: Enough.self) { try await program("yes").run { _ in throw Enough() } }
    }

    @Test func cancellationEndsTheProgram() async {
        let program = shell("echo begun; sleep 600")
        let (pieces, piece) = AsyncStream<Void>.makeStream()
        let work = Task { try await program.run { _ in piece.yield() } }
        for await _ in pieces { break }
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
    }

    // MARK: Slow readers

    /// A run of a program that writes the number of its process and then 39 KB, with a reader that takes nothing from the first piece
    /// on until it has written everything, its timeout is over, and it is gone.
    /// - Parameter end: what the program does then.
    private func slowlyRead(_ end: String) async throws -> (text: Substring, failure: ProgramFailure?) {
        let folder = try TemporaryFolder()
        let (written, over) = (folder.file("written"), Signal())
        var program = shell("echo $$; seq 8000; echo why >&2; : > \(written); \(end)")
        program.expire = { _ in await over.wait() }
        var bytes: [UInt8] = []
        var isFirst = true
        var failure: ProgramFailure?
        do {
            try await program.run { piece in
                bytes += piece
                guard isFirst, bytes.contains(UInt8(ascii: "\n")) else { return }
                isFirst = false
                let number = try #require(
                    pid_t(String(decoding: bytes, as: UTF8.self).prefix(while: \.isNumber)))
                try await eventually { FileManager.default.fileExists(atPath: written) }
                if end == "exit 0" { try await eventually { RunningProcess.isGone(number) } }
                over.fire()
                try await eventually { RunningProcess.isGone(number) }
            }
        } catch let error as ProgramFailure {
            failure = error
        }
        return (String(decoding: bytes, as: UTF8.self).drop(while: \.isNumber).dropFirst(), failure)
    }

    private static let lines = (1...8000).map { "\($0)\n" }.joined()

    @Test(arguments: ["exec sleep 1000", "trap 'echo end; exit 0' TERM; while :; do sleep 0.01; done"])
    func everythingThatAProgramWroteBeforeItsTimeoutIsRead(end: String) async throws {
        let (text, failure) = try await slowlyRead(end)
        #expect(text == Self.lines + (end.hasPrefix("trap") ? "end\n" : ""))
        #expect(failure?.reason == .timedOut(TimeLimits.wait))
        #expect(failure?.lastLines.hasPrefix("why") == true)
    }

    /// The timeout is that of the program, and not of who reads what it wrote.
    @Test func aProgramThatEndedInTimeHasNotTimedOut() async throws {
        let (text, failure) = try await slowlyRead("exit 0")
        #expect(text == Self.lines)
        #expect(failure == nil)
    }

    /// What left the group of the program is not ended with it, and may hold its output open.
    @Test func aRunEndsAlthoughSomethingElseHoldsItsOutput() async throws {
        let folder = try TemporaryFolder()
        let number = folder.file("number")
        let over = Signal()
        var program = shell(
            "setsid sh -c 'echo $$ > \(number); exec sleep 1000' & echo begun; exec sleep 1000")
        program.expire = { _ in await over.wait() }
        let failure = await #expect(throws: ProgramFailure.self) {
            try await program.run { _ in
                try await eventually {
                    (try? String(contentsOfFile: number, encoding: .utf8))?.hasSuffix("\n") == true
                }
                over.fire()
            }
        }
        #expect(failure == ProgramFailure(.timedOut(TimeLimits.wait)))
        let left = pid_t(try folder.read("number").trimmingCharacters(in: .newlines))
        kill(try #require(left), SIGKILL)
    }
}
