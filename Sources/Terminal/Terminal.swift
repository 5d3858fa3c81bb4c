import CNcurses
import CTerminalGuard
import Foundation
import RichText

/// The terminal that the program was started in: what is drawn goes out through curses, what is typed is read here.
///
/// From its making to ``close()`` the alternate screen is up, the terminal is raw (Ctrl-C, Ctrl-Z and the like are keys),
/// and what is written to standard error is held back, to be printed afterwards. Whatever ends the program, the terminal is
/// left as it was found: signals that ask it to end are handed on as ``InputEvent/ended(signal:)``, and a crash, or an
/// exit from anywhere, restores it first.
///
/// For one thread; only the ``waker`` may be used from others. A process has at most one at a time.
public final class Terminal: Screen {
    public private(set) var size: Size
    public var waker: any Waker { wakePipe }

    private let device: TerminalDevice
    private let type: TerminalType
    private let wakePipe: WakePipe
    private let curses: OpaquePointer
    private let files: [UnsafeMutablePointer<FILE>]
    private var painter: CursesPainter
    private var decoder: KeyDecoder
    /// Events that did not come from the input.
    private var waiting: [InputEvent] = []
    private var title: String?
    /// When the terminal was asked for its background, as long as it has not answered.
    private var asked: ContinuousClock.Instant?
    private var isOpen = true
    /// Whether the terminal is ours to draw on and to read; not so on the way out of the background.
    private var isTaken = true
    private var isHungUp = false

    /// Takes the terminal.
    /// - Parameters:
    ///   - environment: where `TERM` and `NO_COLOR` are looked up.
    public init(
        input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(TerminalError) {
        let device = try TerminalDevice(input: input, output: output)
        let type = try TerminalType(descriptor: device.output, environment: environment)
        let wakePipe = try WakePipe()
        _ = curses_use_utf8()
        guard guard_install(device.input, device.output, wakePipe.writeEnd, type.leave, type.leave.count)
        else { throw .alreadyOpen }
        guard guard_await_foreground(), guard_take() else {
            guard_uninstall()
            throw .unusable(reason: String(cString: strerror(errno)))
        }
        do {
            (curses, files) = try Self.startCurses(device, type)
        } catch {
            guard_restore()
            guard_uninstall()
            throw error
        }
        painter = CursesPainter(type)
        decoder = KeyDecoder(keys: type.keys, controlHIsBackspace: type.backspaceIsControlH)
        size = Self.usableSize(device.windowSize)
        resize_term(Int32(size.rows), Int32(size.columns))
        device.write(type.modes)
        asked = .now
        self.device = device
        self.type = type
        self.wakePipe = wakePipe
    }

    deinit { close() }

    /// Gives the terminal back for good. Everything after that does nothing; ``wait(until:)`` returns at once.
    public func close() {
        guard isOpen else { return }
        giveBack()
        isOpen = false
        guard_uninstall()
        delscreen(curses)
        for file in files { fclose(file) }
    }

    private static func startCurses(
        _ device: TerminalDevice, _ type: TerminalType
    ) throws(TerminalError) -> (OpaquePointer, [UnsafeMutablePointer<FILE>]) {
        // curses wants files, and closing those closes what they stand on.
        let output = fdopen(fcntl(device.output, F_DUPFD_CLOEXEC, 3), "w")
        let input = fdopen(fcntl(device.input, F_DUPFD_CLOEXEC, 3), "r")
        let files = [output, input].compactMap(\.self)
        guard files.count == 2, let curses = newterm(type.name, files[0], files[1]) else {
            for file in files { fclose(file) }
            throw .typeUnknown(type.name)
        }
        // An update must not stop halfway because a key was pressed.
        typeahead(-1)
        // Sends what newterm has prepared: the alternate screen.
        curs_set(1)
        // newterm has its own idea of what is raw.
        guard_set_raw()
        return (curses, files)
    }

    /// A size that can be worked with: 80 by 24 where nobody knows it, and no more cells than there is memory for.
    private static func usableSize(_ size: Size?) -> Size {
        guard let size else { return Size(columns: 80, rows: 24) }
        return Size(columns: min(size.columns, 2000), rows: min(size.rows, 1000))
    }

    // MARK: Input

    public func wait(until deadline: ContinuousClock.Instant?) -> [InputEvent] {
        while isOpen {
            let events = takeWaiting()
            if !events.isEmpty { return events }
            let limit = [deadline, decoder.deadline].compactMap(\.self).min()
            let ready = poll(until: limit)
            let isWoken = ready.wake && wakePipe.drain()
            let typed = ready.wake ? takeSignals() : []
            waiting += typed
            waiting += ready.input ? readInput() : decoder.expire(at: .now)
            if !waiting.isEmpty { return takeWaiting() }
            if isWoken { return [] }
            if let deadline, ContinuousClock.now >= deadline { return [] }
        }
        return []
    }

    private func takeWaiting() -> [InputEvent] {
        defer { waiting = [] }
        return waiting
    }

    /// Sleeps until there is something to read or the time has come.
    private func poll(
        until limit: ContinuousClock.Instant?, ignoringWakes: Bool = false
    ) -> (input: Bool, wake: Bool) {
        var polled = [
            // A terminal that hung up would be ready for ever.
            pollfd(fd: isHungUp || !isTaken ? -1 : device.input, events: Int16(POLLIN), revents: 0),
            pollfd(fd: ignoringWakes ? -1 : wakePipe.readEnd, events: Int16(POLLIN), revents: 0),
        ]
        guard Foundation.poll(&polled, 2, Self.milliseconds(until: limit)) > 0 else { return (false, false) }
        return (polled[0].revents != 0, polled[1].revents != 0)
    }

    /// The time left for poll(2), rounded up; -1 for ever.
    private static func milliseconds(until limit: ContinuousClock.Instant?) -> Int32 {
        guard let limit else { return -1 }
        let left = ContinuousClock.now.duration(to: limit)
        guard left > .zero else { return 0 }
        let (seconds, attoseconds) = left.components
        // A wait that is longer than poll can be told just starts over.
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    private func readInput() -> [InputEvent] {
        guard let bytes = device.read() else {
            isHungUp = true
            return [.ended(signal: 0)]
        }
        let events = decoder.feed(bytes, at: .now)
        if events.contains(where: { if case .background = $0 { true } else { false } }) { asked = nil }
        return events
    }

    private func takeSignals() -> [InputEvent] {
        var ending: Int32 = 0
        let signals = guard_take_signals(&ending)
        if ending != 0 {
            // The shell may have the terminal, if the program was continued only to be told so.
            if signals & UInt32(GUARD_CONTINUED) != 0 { giveBack() }
            return [.ended(signal: ending)]
        }
        if signals & UInt32(GUARD_STOP) != 0 {
            stop(group: false)
        } else if signals & UInt32(GUARD_CONTINUED) != 0 {
            // Someone stopped the program without its doing, and the shell had the terminal.
            giveBack()
            retake()
        } else if signals & UInt32(GUARD_RESIZED) != 0 {
            followSize()
        }
        return []
    }

    /// Takes on the window's size, and tells of it if it is another.
    private func followSize() {
        let now = Self.usableSize(device.windowSize)
        guard now != size else { return }
        size = now
        resize_term(Int32(now.rows), Int32(now.columns))
        painter.invalidate()
        waiting.append(.resize(now))
    }

    // MARK: Output

    public func draw(_ canvas: Canvas) {
        guard isTaken else { return }
        painter.paint(canvas, on: size)
    }

    public func invalidate() {
        guard isTaken else { return }
        painter.invalidate()
    }

    public func copy(_ text: String) { writeExtension(ControlSequence.clipboard(text)) }

    public func setTitle(_ title: String) {
        guard title != self.title else { return }
        self.title = title
        writeExtension(ControlSequence.title(title))
    }

    public func ringBell() {
        guard isTaken else { return }
        device.write(ControlSequence.bell)
    }

    /// Writes what only a terminal like xterm passes over if it does not obey it. curses has written all of its own
    /// output by the end of each update, so this comes between two frames.
    private func writeExtension(_ bytes: [UInt8]) {
        guard isTaken, type.isXtermLike else { return }
        device.write(bytes)
    }

    // MARK: Giving back and taking again

    public func suspend() {
        guard isOpen else { return }
        stop(group: true)
    }

    public func released<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard isOpen else { return try body() }
        giveBack()
        guard_lend(true)
        defer {
            guard_lend(false)
            retake()
        }
        return try body()
    }

    private func stop(group: Bool) {
        giveBack()
        guard_stop(group)
        retake()
    }

    private func giveBack() {
        awaitAnswer()
        isTaken = false
        guard_restore()
    }

    /// Gives the terminal a moment to answer a question just asked: what comes later is typed at the shell.
    private func awaitAnswer() {
        guard isTaken, let asked else { return }
        let limit = asked + Self.answerDelay
        while self.asked != nil, !isHungUp, ContinuousClock.now < limit {
            if poll(until: limit, ignoringWakes: true).input { waiting += readInput() }
        }
        self.asked = nil
    }

    /// Long enough for a terminal at the other end of the world.
    private static let answerDelay = Duration.milliseconds(300)

    private func retake() {
        guard guard_await_foreground(), guard_take() else { return }
        isTaken = true
        decoder.reset()
        device.write(type.alternateScreen + type.modes)
        asked = .now
        if let title { writeExtension(ControlSequence.title(title)) }
        painter.invalidate()
        followSize()
        waiting.append(.resumed)
    }
}
