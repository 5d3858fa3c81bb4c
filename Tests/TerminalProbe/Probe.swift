import Foundation
import RichText
import Terminal

/// Performs the tests' commands on a ``Terminal``, in a pseudo-terminal of theirs.
///
/// The last row shows the last input, with a running number. A paste that begins with `do ` is a command.
@main
struct Probe {
    private var terminal: Terminal
    private var canvas: Canvas
    private var events = 0
    private var showsStatus = true
    /// Whether it goes on when the terminal is gone.
    private var stays = false

    static func main() {
        do {
            var probe = Probe(try Terminal())
            let outcome = try probe.run()
            probe.terminal.close()
            print(outcome)
        } catch let error as TerminalError {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(70)
        } catch {
            FileHandle.standardError.write(Data("thrown: \(error)\n".utf8))
            exit(1)
        }
    }

    init(_ terminal: Terminal) {
        self.terminal = terminal
        canvas = Canvas(size: terminal.size)
    }

    struct Failure: Error {}

    /// - Returns: what to print after the end.
    private mutating func run() throws -> String {
        show("ready \(terminal.size.columns)x\(terminal.size.rows)")
        while true {
            let events = terminal.wait(until: nil)
            if events.isEmpty { show("woken") }
            for event in events {
                if case .ended(let signal) = event, !stays || signal == SIGTERM { return "ended \(signal)" }
                if case .resize(let size) = event { canvas = Canvas(size: size) }
                if case .paste(let text) = event, text.hasPrefix("do ") {
                    if try perform(String(text.dropFirst(3))) == .quit { return "goodbye" }
                } else {
                    show(event.name)
                }
            }
        }
    }

    private mutating func show(_ text: String) {
        events += 1
        if showsStatus, canvas.size.rows > 0 {
            let row = canvas.size.rows - 1
            canvas.fill(Rect(row: row, column: 0, columns: canvas.size.columns, rows: 1), style: .plain)
            canvas.put("[\(events)] \(text)", at: Position(row: row, column: 0))
        }
        terminal.draw(canvas)
    }

    // MARK: Commands

    private enum Next { case proceed, quit }

    private mutating func perform(_ command: String) throws -> Next {
        let (name, argument) = command.splitOnce(" ")
        switch name {
        case "quit": return .quit
        case "throw": throw Failure()
        case "exit": exit(7)
        case "say": FileHandle.standardError.write(Data("\(argument)\n".utf8))
        case "copy": _ = terminal.copy(argument)
        case "title": terminal.setTitle(argument)
        case "bell": terminal.ringBell()
        case "draw": terminal.draw(canvas)
        case "invalidate": terminal.invalidate()
        case "suspend": terminal.suspend()
        case "lend": terminal.released { Self.runShell(argument) }
        case "wake": wakeFromAnotherThread()
        case "reopen":
            terminal.close()
            terminal = try Terminal()
        case "stay": stays = true
        case "status": showsStatus = argument == "on"
        case "cursor": canvas.cursor = Position(argument)
        case "clear": canvas = Canvas(size: terminal.size)
        case "put": for line in argument.split(separator: "\n") { put(String(line)) }
        default: crash(name)
        }
        if !["draw", "bell", "copy", "title"].contains(name) { show("did \(name)") }
        return .proceed
    }

    /// `ROW COLUMN FOREGROUND BACKGROUND ATTRIBUTES TEXT`, attributes as their raw value.
    private mutating func put(_ line: String) {
        let parts = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: false)
            .map(String.init)
        guard parts.count == 6, let row = Int(parts[0]), let column = Int(parts[1]),
            let attributes = UInt8(parts[4])
        else { return }
        let style = Style(
            foreground: Color(parts[2]), background: Color(parts[3]),
            attributes: Attributes(rawValue: attributes))
        canvas.put(parts[5], at: Position(row: row, column: column), style: style)
    }

    private func wakeFromAnotherThread() {
        let waker = terminal.waker
        Thread.detachNewThread { for _ in 0..<1000 { waker.wake() } }
    }

    /// Foundation's `Process` would put the shell into a process group of its own, which may not read the terminal.
    private static func runShell(_ command: String) {
        let arguments = (["sh", "-c", command] as [String]).map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var shell: pid_t = 0
        guard posix_spawn(&shell, "/bin/sh", nil, nil, arguments, environ) == 0 else { return }
        var status: Int32 = 0
        while waitpid(shell, &status, 0) < 0, errno == EINTR {}
    }

    /// Crashes or hangs.
    private func crash(_ how: String) {
        switch how {
        case "segv": UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
        case "abort": abort()
        case "fatal": fatalError("the probe gives up")
        case "overflow": print(Self.recurse(1))
        case "thread":
            Thread.detachNewThread { fatalError("a thread gives up") }
            while true { pause() }
        case "thread-overflow":
            Thread.detachNewThread { print(Self.recurse(1)) }
            while true { pause() }
        case "task-overflow":
            Task.detached { print(Self.recurse(1)) }
            while true { pause() }
        case "deaf": while true { pause() }
        default: break
        }
    }

    /// Runs out of stack.
    private static func recurse(_ depth: Int) -> Int {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
            buffer[0] = UInt8(truncatingIfNeeded: depth)
            return recurse(depth + Int(buffer[0]) + 1) + Int(buffer[0])
        }
    }
}

extension InputEvent {
    /// The event as the last row shows it.
    fileprivate var name: String {
        switch self {
        case .key(let key): "key \(key)"
        case .mouse(let event): "mouse \(event.kind) \(event.row) \(event.column)"
        case .paste(let text) where text.utf8.count > 40:
            "paste of \(text.utf8.count) bytes, \(text.checksum)"
        case .paste(let text): "paste \(text.debugDescription)"
        case .resize(let size): "size \(size.columns)x\(size.rows)"
        case .focus(let gained): gained ? "focus" : "blur"
        case .background(let isDark): isDark ? "dark" : "light"
        case .ended(let signal): "ended \(signal)"
        case .resumed: "resumed"
        }
    }
}

extension Color {
    /// `-`, an index, or `#rrggbb`.
    fileprivate init?(_ text: String) {
        if text.hasPrefix("#"), let number = UInt32(text.dropFirst(), radix: 16) {
            self = .rgb(
                red: UInt8(number >> 16 & 0xFF), green: UInt8(number >> 8 & 0xFF),
                blue: UInt8(number & 0xFF))
        } else if let index = UInt8(text) {
            self = .indexed(index)
        } else {
            return nil
        }
    }
}

extension Position {
    fileprivate init?(_ text: String) {
        let (row, column) = text.splitOnce(" ")
        guard let row = Int(row), let column = Int(column) else { return nil }
        self.init(row: row, column: column)
    }
}

extension String {
    fileprivate func splitOnce(_ separator: Character) -> (String, String) {
        guard let index = firstIndex(of: separator) else { return (self, "") }
        return (String(self[..<index]), String(self[self.index(after: index)...]))
    }

    /// Depends on every byte and its position.
    fileprivate var checksum: UInt32 {
        utf8.reduce(0) { $0 &* 31 &+ UInt32($1) }
    }
}
