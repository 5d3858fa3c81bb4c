import CNcurses
import CTerminalGuard
import Foundation
import RichText

/// The terminal that the program was started in. It draws through curses and reads the input itself.
///
/// From ``init(input:output:environment:colors:)`` to ``close()`` the alternate screen is up, the terminal is in raw mode (Ctrl-C,
/// Ctrl-Z and the like are keys), and standard error is captured, to be printed afterwards. However the program ends, the
/// terminal is restored: a termination signal becomes ``InputEvent/ended(signal:)``, and a crash or an exit restores it first.
///
/// For one thread; only the ``waker`` may be used from others. A process has at most one open at a time.
public final class Terminal: Screen {
    public private(set) var size: Size
    public var waker: any Waker { wakePipe }
    public var hasColors: Bool { type.depth != .none }
    public var attributes: Attributes { painter.attributes }

    private let device: TerminalDevice
    private let type: TerminalType
    private let charset: Charset
    private let wakePipe: WakePipe
    private let curses: OpaquePointer
    private let files: [UnsafeMutablePointer<FILE>]
    private var painter: CursesPainter
    private var decoder: KeyDecoder
    /// Events for the next ``wait(until:)``.
    private var pending: [InputEvent] = []
    private var title: String?
    private var reportsMouse = false
    /// When the terminal was asked for its background; nil once it has answered.
    private var backgroundQueriedAt: ContinuousClock.Instant?
    private var isOpen = true
    /// Whether the terminal is this program's to draw on and to read.
    private var isTaken = true
    private var isHungUp = false

    /// Takes the terminal over.
    /// - Parameters:
    ///   - input: a descriptor of the terminal, open for reading.
    ///   - output: a descriptor of the terminal, open for writing.
    ///   - environment: where `TERM`, `COLORTERM`, `NO_COLOR`, the locale and the like are looked up.
    ///   - colors: the colours to use; nil for those that the terminal says it has.
    /// - Throws: ``TerminalError`` when the interface cannot run on it; the terminal is then as it was.
    public init(
        input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO,
        environment: [String: String] = ProcessInfo.processInfo.environment, colors: ColorDepth? = nil
    ) throws(TerminalError) {
        let device = try TerminalDevice(input: input, output: output)
        let type = try TerminalType(
            descriptor: device.output, environment: environment, colors: colors)
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
        charset = Charset(environment: environment)
        painter = CursesPainter(type, charset)
        decoder = KeyDecoder(keys: type.keys, controlHIsBackspace: type.backspaceIsControlH)
        size = Self.usableSize(device.windowSize)
        resize_term(Int32(size.rows), Int32(size.columns))
        device.write(type.modes)
        backgroundQueriedAt = .now
        self.device = device
        self.type = type
        self.wakePipe = wakePipe
    }

    deinit { close() }

    /// Gives the terminal back for good. All later calls do nothing; ``wait(until:)`` returns at once.
    public func close() {
        guard isOpen else { return }
        giveBack()
        isOpen = false
        guard_uninstall()
        delscreen(curses)
        for file in files { fclose(file) }
    }

    /// Makes a crash end the program at once, where the Swift runtime would ask in the terminal what to do next. Who sets
    /// `SWIFT_BACKTRACE` keeps the runtime's backtraces. To be called first of all.
    public static func preventCrashDialog() { guard_prevent_crash_dialog() }

    private static func startCurses(
        _ device: TerminalDevice, _ type: TerminalType
    ) throws(TerminalError) -> (OpaquePointer, [UnsafeMutablePointer<FILE>]) {
        // curses needs files, and closing those closes their descriptors.
        let output = fdopen(fcntl(device.output, F_DUPFD_CLOEXEC, 3), "w")
        let input = fdopen(fcntl(device.input, F_DUPFD_CLOEXEC, 3), "r")
        let files = [output, input].compactMap(\.self)
        guard files.count == 2,
            let curses = curses_start(type.name, files[0], files[1], type.needsColors)
        else {
            for file in files { fclose(file) }
            throw .typeUnknown(type.name)
        }
        // An update must not stop halfway because a key was pressed.
        typeahead(-1)
        // Sends what newterm has prepared: the alternate screen.
        curs_set(1)
        // newterm sets modes of its own.
        guard_set_raw()
        return (curses, files)
    }

    /// 80 by 24 when the size is unknown; bounded, because the cells take memory.
    private static func usableSize(_ size: Size?) -> Size {
        guard let size else { return Size(columns: 80, rows: 24) }
        return Size(columns: min(size.columns, 2000), rows: min(size.rows, 1000))
    }

    // MARK: Input

    public func wait(until deadline: ContinuousClock.Instant?) -> [InputEvent] {
        while isOpen {
            let events = takePending()
            if !events.isEmpty { return events }
            let limit = [deadline, decoder.deadline].compactMap(\.self).min()
            let ready = poll(until: limit)
            let isWoken = ready.wake && wakePipe.drain()
            let signalled = ready.wake ? handleSignals() : []
            pending += signalled
            pending += ready.input ? readInput() : decoder.expire(at: .now)
            if !pending.isEmpty { return takePending() }
            if isWoken { return [] }
            if let deadline, ContinuousClock.now >= deadline { return [] }
        }
        return []
    }

    private func takePending() -> [InputEvent] {
        defer { pending = [] }
        return pending
    }

    /// Sleeps until there is something to read, or until `limit`.
    private func poll(
        until limit: ContinuousClock.Instant?, ignoringWakes: Bool = false
    ) -> (input: Bool, wake: Bool) {
        var polled = [
            // A terminal that hung up would always be ready.
            pollfd(fd: isHungUp || !isTaken ? -1 : device.input, events: Int16(POLLIN), revents: 0),
            pollfd(fd: ignoringWakes ? -1 : wakePipe.readEnd, events: Int16(POLLIN), revents: 0),
        ]
        guard Foundation.poll(&polled, 2, Self.milliseconds(until: limit)) > 0 else { return (false, false) }
        return (polled[0].revents != 0, polled[1].revents != 0)
    }

    /// The time left for poll(2), rounded up; -1 for no limit.
    private static func milliseconds(until limit: ContinuousClock.Instant?) -> Int32 {
        guard let limit else { return -1 }
        let left = ContinuousClock.now.duration(to: limit)
        guard left > .zero else { return 0 }
        let (seconds, attoseconds) = left.components
        // A wait too long for poll's argument starts over.
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    private func readInput() -> [InputEvent] {
        var events = readKeys()
        guard !type.isXtermLike else { return events }
        // The rest of a long paste follows at once, in pieces as large as the terminal's buffer.
        while UnmarkedPaste.joined(events) != events,
            poll(until: .now + .milliseconds(30), ignoringWakes: true).input
        {
            events += readKeys()
        }
        return UnmarkedPaste.joined(events)
    }

    private func readKeys() -> [InputEvent] {
        guard let bytes = device.read() else {
            isHungUp = true
            return [.ended(signal: 0)]
        }
        let events = decoder.feed(bytes, at: .now)
        if events.contains(where: { if case .background = $0 { true } else { false } }) {
            backgroundQueriedAt = nil
        }
        return events
    }

    private func handleSignals() -> [InputEvent] {
        var ending: Int32 = 0
        let signals = guard_take_signals(&ending)
        if ending != 0 {
            // If the program was continued only to receive the signal, the shell may have the terminal.
            if signals & UInt32(GUARD_CONTINUED) != 0 { giveBack() }
            return [.ended(signal: ending)]
        }
        if signals & UInt32(GUARD_STOP) != 0 {
            stop(group: false)
        } else if signals & UInt32(GUARD_CONTINUED) != 0 {
            // The program was stopped from outside, and the shell had the terminal.
            giveBack()
            retake()
        } else if signals & UInt32(GUARD_RESIZED) != 0 {
            updateSize()
        }
        return []
    }

    /// Adopts the window's size, with an event if it has changed.
    private func updateSize() {
        let now = Self.usableSize(device.windowSize)
        guard now != size else { return }
        size = now
        resize_term(Int32(now.rows), Int32(now.columns))
        painter.invalidate()
        pending.append(.resize(now))
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

    public func copy(_ text: String) -> Bool { writeExtension(ControlSequence.clipboard(text)) }

    public func setTitle(_ title: String) {
        guard title != self.title else { return }
        self.title = title
        writeExtension(ControlSequence.title(charset.shown(title)))
    }

    public func reportMouse(_ on: Bool) {
        guard on != reportsMouse else { return }
        reportsMouse = on
        writeExtension(ControlSequence.mouse(on))
    }

    public func ringBell() {
        guard isTaken else { return }
        device.write(ControlSequence.bell)
    }

    public func notify(_ notification: DesktopNotification, as form: DesktopNotification.Form?) {
        var notification = notification
        notification.title = charset.shown(notification.title)
        notification.text = charset.shown(notification.text)
        writeExtension(type.notification.bytes(for: notification, as: form))
    }

    /// Writes a sequence that xterm-like terminals ignore when they do not support it. curses has flushed its output by
    /// the end of each update, so the sequence falls between two frames.
    /// - Returns: whether this is such a terminal.
    @discardableResult
    private func writeExtension(_ bytes: [UInt8]) -> Bool {
        guard isTaken, type.isXtermLike else { return false }
        device.write(bytes)
        return true
    }

    // MARK: Giving the terminal back and taking it over again

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

    /// Gives the terminal a moment to answer a recent query: a later answer would reach the shell as typed text.
    private func awaitAnswer() {
        guard isTaken, let queried = backgroundQueriedAt else { return }
        let limit = queried + Self.answerDelay
        while backgroundQueriedAt != nil, !isHungUp, ContinuousClock.now < limit {
            if poll(until: limit, ignoringWakes: true).input { pending += readInput() }
        }
        backgroundQueriedAt = nil
    }

    /// Longer than a round trip over a slow network.
    private static let answerDelay = Duration.milliseconds(300)

    private func retake() {
        guard guard_await_foreground(), guard_take() else { return }
        isTaken = true
        decoder.reset()
        device.write(type.alternateScreen + type.modes)
        backgroundQueriedAt = .now
        if let title { writeExtension(ControlSequence.title(charset.shown(title))) }
        if reportsMouse { writeExtension(ControlSequence.mouse(true)) }
        painter.invalidate()
        updateSize()
        pending.append(.resumed)
    }
}
