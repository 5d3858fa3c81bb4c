import CTerminalGuard
import Foundation
import RichText

/// Standard input and output for the plain interface: a terminal that edits lines itself, or pipes and files. Writes no control
/// sequence and changes nothing of the terminal but, while a secret is typed, its echo.
///
/// For one thread; only the ``waker`` may be used from others.
public final class LineTerminal: LineConsole {
    public let isInteractive: Bool
    public var waker: any Waker { wakePipe }

    public var echoes = true {
        didSet { if echoes != oldValue { setEcho(echoes) } }
    }

    private let input: Int32
    private let output: Int32
    private let charset: Charset
    private let wakePipe: WakePipe
    /// What was read and is no whole line yet.
    private var unfinished: [UInt8] = []
    /// Lines that were read and not taken.
    private var lines: ArraySlice<String> = []
    private var hasEnded = false
    /// Whether the end of the input was met behind a line.
    private var endsNext = false
    private var isHungUp = false

    /// How long the next line of a paste may take: no person types a line in this time.
    private static let pasteDelay: Int32 = 30

    /// - Parameter environment: where the locale is looked up.
    /// - Throws: ``TerminalError`` if the system has no more descriptors, or the terminal is taken.
    public init(
        input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(TerminalError) {
        self.input = input
        self.output = output
        isInteractive = isatty(input) == 1
        charset = Charset(environment: environment)
        wakePipe = try WakePipe()
        guard guard_install(input, output, wakePipe.writeEnd, [], 0) else { throw .alreadyOpen }
    }

    deinit { close() }

    /// Gives the signals back.
    public func close() {
        echoes = true
        guard_uninstall()
    }

    // MARK: Input

    public func wait(readsLines: Bool) -> [LineEvent] {
        while true {
            if isHungUp { return [.ended(signal: 0)] }
            if readsLines, let line = lines.popFirst() { return [.line(line)] }
            if readsLines, hasEnded || endsNext {
                endsNext = false
                return [.endOfInput]
            }
            let ready = poll(readsLines: readsLines)
            // Signals of before were dropped by a continuation: the prompt is shown again.
            let isWoken = ready.wake && wakePipe.drain()
            let signalled = ready.wake ? handleSignals() : []
            if !signalled.isEmpty { return signalled }
            if ready.input, let event = read() { return [event] }
            if isWoken { return [] }
        }
    }

    private func poll(readsLines: Bool) -> (input: Bool, wake: Bool) {
        var polled = [
            pollfd(fd: readsLines ? input : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakePipe.readEnd, events: Int16(POLLIN), revents: 0),
        ]
        guard Foundation.poll(&polled, 2, -1) > 0 else { return (false, false) }
        return (polled[0].revents != 0, polled[1].revents != 0)
    }

    private var hasMore: Bool {
        var polled = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
        return Foundation.poll(&polled, 1, Self.pasteDelay) > 0
    }

    /// - Returns: nil when no line has ended.
    private func read() -> LineEvent? {
        guard fill() else { return end() }
        guard isInteractive else { return lines.popFirst().map { .line($0) } }
        // A terminal gives line by line; those of a paste follow at once.
        guard var pasted = lines.popFirst() else { return nil }
        var isPaste = false
        while hasMore {
            guard fill() else {
                endsNext = true
                break
            }
            while let more = lines.popFirst() {
                pasted += "\n" + more
                isPaste = true
            }
        }
        if isPaste, !unfinished.isEmpty {
            pasted += "\n" + String(decoding: unfinished, as: UTF8.self)
            unfinished = []
        }
        return isPaste ? .paste(pasted) : .line(pasted)
    }

    /// The end of the input; a last line without an end is a line.
    private func end() -> LineEvent {
        hasEnded = !isInteractive
        guard !unfinished.isEmpty else { return .endOfInput }
        defer { unfinished = [] }
        return .line(String(decoding: unfinished, as: UTF8.self))
    }

    /// Reads what is there.
    /// - Returns: false at the end of the input.
    private func fill() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        var count = 0
        repeat { count = Foundation.read(input, &buffer, buffer.count) } while count < 0 && errno == EINTR
        if count < 0, errno == EAGAIN { return true }
        guard count > 0 else { return false }
        unfinished += buffer[..<count]
        guard let last = unfinished.lastIndex(of: 0x0A) else { return true }
        // Bytes that are no UTF-8 become U+FFFD.
        let whole = String(decoding: unfinished[..<last], as: UTF8.self)
        unfinished = Array(unfinished[(last + 1)...])
        lines += whole.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.hasSuffix("\r") ? line.dropLast() : line)
        }
        return true
    }

    public func takeUnfinishedLine() -> String {
        if isInteractive {
            var settings = termios()
            if tcgetattr(input, &settings) == 0 {
                // Without line editing, what has been typed of a line can be read.
                var open = settings
                open.c_lflag &= ~tcflag_t(ICANON)
                withUnsafeMutableBytes(of: &open.c_cc) {
                    $0[Int(VMIN)] = 0
                    $0[Int(VTIME)] = 0
                }
                tcsetattr(input, TCSANOW, &open)
                _ = fill()
                tcsetattr(input, TCSANOW, &settings)
            }
        }
        let text = lines + [String(decoding: unfinished, as: UTF8.self)]
        (lines, unfinished) = ([], [])
        return text.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private func handleSignals() -> [LineEvent] {
        var ending: Int32 = 0
        let signals = guard_take_signals(&ending)
        if ending == SIGINT { return [.interrupt] }
        if ending != 0 { return [.ended(signal: ending)] }
        if signals & UInt32(GUARD_STOP) != 0 {
            guard_stop(false)
            return [.resumed]
        }
        return signals & UInt32(GUARD_CONTINUED) != 0 ? [.resumed] : []
    }

    // MARK: Output

    public func write(_ text: String) {
        var rest = Array(charset.shown(text).utf8)[...]
        while !rest.isEmpty, !isHungUp {
            let written = rest.withUnsafeBytes { Foundation.write(output, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                var room = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
                Foundation.poll(&room, 1, -1)
            } else if errno != EINTR {
                isHungUp = true
            }
        }
    }

    private func setEcho(_ on: Bool) {
        var settings = termios()
        guard isInteractive, tcgetattr(input, &settings) == 0 else { return }
        if on { settings.c_lflag |= tcflag_t(ECHO) } else { settings.c_lflag &= ~tcflag_t(ECHO) }
        tcsetattr(input, TCSANOW, &settings)
    }

    // MARK: Other programs

    public func suspend() { guard_stop(true) }

    public func released<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard_lend(true)
        defer { guard_lend(false) }
        return try body()
    }
}
