import CVTerm
import Foundation

/// A program in a pseudo-terminal whose screen libvterm reads: what the end-to-end tests drive.
///
///     let session = try TerminalSession(executable: BuiltPrograms.path("parley"), environment: ["HOME": home])
///     try session.waitFor(text: "New task")
///     session.type("hello\r")
///     try session.waitFor("the reply") { $0.text.contains("hello to you") }
///     session.type("\u{11}")
///     #expect(try session.waitForExit() == .exited(0))
///
/// Waiting blocks the thread until the program writes or ends, which is why a test suite needs the trait `.ownThread`.
/// The time limit only ends a test whose program hangs.
/// Not for concurrent use. The program is killed when the session is released.
public final class TerminalSession {
    /// A wait that failed: what was waited for, and the screen at that time.
    public struct Failed: Error, CustomStringConvertible {
        public let description: String
    }

    public let screen: VTermScreen
    public let terminal: PseudoTerminal
    public let process: pid_t
    /// Everything that the program wrote to the terminal.
    public private(set) var output: [UInt8] = []
    /// How the program ended, once that is known.
    public private(set) var ending: PseudoTerminal.ExitStatus?

    /// How long a wait may last before it fails: a guard against a program that hangs, not a measure of anything.
    public var limit = TimeLimits.wait

    /// Kept until the session is released: the folder that the program works in.
    public var folder: TemporaryFolder?

    private let processHandle: Int32
    private var unsent: ArraySlice<UInt8> = []

    /// - Parameters:
    ///   - environment: all of it: nothing but what a sanitizer needs is inherited from the tests. `TERM` is
    ///     `xterm-256color` when not given.
    ///   - errors: a file for standard error; the terminal when nil.
    public init(
        executable: String, arguments: [String] = [], environment: [String: String] = [:],
        columns: Int = 80, rows: Int = 24, directory: String? = nil, errors: String? = nil,
        background: String? = nil
    ) throws {
        try TestThread.checkMayBlock()
        terminal = try PseudoTerminal(columns: columns, rows: rows)
        // An unknown size (0 by 0) is drawn like the 80 by 24 that programs take it for.
        screen = VTermScreen(columns: columns == 0 ? 80 : columns, rows: rows == 0 ? 24 : rows)
        screen.background = background
        process = try terminal.launch(
            executable, arguments,
            environment: BuiltPrograms.environment(
                ["TERM": "xterm-256color"].merging(environment) { _, given in given }),
            directory: directory, errors: errors)
        processHandle = cvterm_open_process(process)
        guard processHandle >= 0 else { throw SystemCallFailed("pidfd_open") }
    }

    deinit {
        if ending == nil {
            kill(process, SIGKILL)
            reap(options: 0)
        }
        close(processHandle)
    }

    // MARK: Doing

    /// Types text as a keyboard would: `\r` is Enter, `\u{1B}` Esc.
    public func type(_ text: String) { send(Array(text.utf8)) }

    public func send(_ bytes: [UInt8]) {
        unsent += bytes
        exchange(timeout: 0)
    }

    /// Presses a key that is no character, as this terminal sends it.
    public func press(_ key: VTermKey, _ modifiers: VTermModifier = VTERM_MOD_NONE) {
        screen.press(key, modifiers)
        send(screen.takeOutput())
    }

    /// Pastes text, with marks around it if the program asked for them.
    public func paste(_ text: String) {
        let marks = screen.pasteMarks()
        send(marks.start + Array(text.utf8) + marks.end)
    }

    public func focus(_ gained: Bool) {
        screen.focus(gained)
        send(screen.takeOutput())
    }

    public func resize(columns: Int, rows: Int) {
        screen.resize(columns: max(1, columns), rows: max(1, rows))
        terminal.resize(columns: columns, rows: rows)
    }

    public func signal(_ number: Int32) { kill(process, number) }

    // MARK: Waiting

    public var screenText: String { screen.text }

    /// Waits until one row of the screen contains the text.
    public func waitFor(text: String) throws {
        try waitFor("the text “\(text)”") { screen in
            (0..<screen.rows).contains { screen.row($0).contains(text) }
        }
    }

    /// Waits until the screen, as the program's output changes it, satisfies `condition`.
    /// - Parameter what: what is waited for, for the failure's text.
    public func waitFor(_ what: String, until condition: (VTermScreen) -> Bool) throws {
        let deadline = ContinuousClock.now + limit
        exchange(timeout: 0)
        while !condition(screen) {
            if let ending { throw failure("The program ended (\(ending)) before \(what)") }
            guard ContinuousClock.now < deadline else { throw failure("No sign of \(what)") }
            exchange(timeout: deadline)
        }
    }

    /// Waits for something that the terminal does not show, which is looked for every few milliseconds.
    public func waitFor(_ what: String, outside condition: () -> Bool) throws {
        let deadline = ContinuousClock.now + limit
        while !condition() {
            guard ContinuousClock.now < deadline else { throw failure("No sign of \(what)") }
            exchange(timeout: 10)
        }
    }

    /// Waits until the program has ended, and reads everything that it wrote.
    public func waitForExit() throws -> PseudoTerminal.ExitStatus {
        let deadline = ContinuousClock.now + limit
        while true {
            if let ending { return ending }
            guard ContinuousClock.now < deadline else { throw failure("The program did not end") }
            exchange(timeout: deadline)
        }
    }

    private func failure(_ what: String) -> Failed {
        Failed(description: "\(what). The screen:\n\(screenText)")
    }

    /// How often the program wrote these characters.
    public func count(of text: String) -> Int {
        let wanted = Array(text.utf8)
        return output.indices.filter { output[$0...].starts(with: wanted) }.count
    }

    // MARK: The exchange of bytes

    private func exchange(timeout deadline: ContinuousClock.Instant) {
        let left = ContinuousClock.now.duration(to: deadline)
        exchange(timeout: Int32(clamping: max(1, left.components.seconds * 1000 + 1)))
    }

    /// Waits at most `timeout` milliseconds for something to read, room to write or the program's end, and does it.
    fileprivate func exchange(timeout: Int32) {
        let events = Int16(POLLIN) | (unsent.isEmpty ? 0 : Int16(POLLOUT))
        var polled = [
            pollfd(fd: terminal.master, events: events, revents: 0),
            pollfd(fd: ending == nil ? processHandle : -1, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&polled, 2, timeout) > 0 else { return }
        // The end is looked at before the output is read, so that nothing written before it is missed.
        if polled[1].revents != 0 { reap(options: WNOHANG) }
        writeSome()
        // Not for ever: what a program without end writes must not keep the deadline from being looked at.
        for _ in 0..<64 where !readSome() { return }
    }

    private func writeSome() {
        while !unsent.isEmpty {
            let written = unsent.withUnsafeBytes { write(terminal.master, $0.baseAddress, $0.count) }
            guard written > 0 else { return }
            unsent = unsent.dropFirst(written)
        }
    }

    private func readSome() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = read(terminal.master, &buffer, buffer.count)
        guard count > 0 else { return false }
        output += buffer[..<count]
        screen.feed(buffer[..<count])
        unsent += screen.takeOutput()
        return true
    }

    private func reap(options: Int32) {
        var status: Int32 = 0
        guard waitpid(process, &status, options) == process else { return }
        ending = PseudoTerminal.ExitStatus(status: status)
    }
}

extension TerminalSession {
    /// Reads what the program writes within this time, to check that it writes nothing.
    public func watch(milliseconds: Int) {
        let end = ContinuousClock.now + .milliseconds(milliseconds)
        while ContinuousClock.now < end {
            let left = ContinuousClock.now.duration(to: end).components
            exchange(
                timeout: Int32(clamping: left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000 + 1))
        }
    }
}
