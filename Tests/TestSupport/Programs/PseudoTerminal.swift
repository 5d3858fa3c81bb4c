import CVTerm
import Foundation

/// Both ends of a pseudo-terminal, and the processes that run in it.
///
/// The program's end is kept open here too, so that its settings can be read after the program has ended.
public final class PseudoTerminal {
    /// How a process ended.
    public enum ExitStatus: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)

        /// - Parameter status: what waitpid(2) stores for a process that has ended.
        init(status: Int32) {
            let signal = status & 0x7F
            self = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
        }
    }

    /// The end that a terminal window holds; never blocks. -1 once the window is closed: the number may be another file's by then.
    public private(set) var master: Int32
    /// The device that a program opens, `/dev/pts/…`.
    public let path: String
    private let slave: Int32

    public init(columns: Int, rows: Int) throws {
        master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        guard master >= 0 else { throw SystemCallFailed("posix_openpt") }
        // ptsname keeps its answer in one place for all threads.
        var name = [CChar](repeating: 0, count: 128)
        guard grantpt(master) == 0, unlockpt(master) == 0, ptsname_r(master, &name, name.count) == 0 else {
            throw SystemCallFailed("unlockpt")
        }
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else { throw SystemCallFailed("open \(path)") }
        resize(columns: columns, rows: rows)
    }

    deinit {
        hangUp()
        close(slave)
    }

    /// Changes the window's size; the system sends SIGWINCH to the program in the foreground.
    public func resize(columns: Int, rows: Int) {
        _ = cvterm_set_window_size(master, UInt16(rows), UInt16(columns))
    }

    /// Closes the window: the program's terminal hangs up.
    public func hangUp() {
        guard master >= 0 else { return }
        close(master)
        master = -1
    }

    /// The settings of the program's end: cooked or raw, echo and so on.
    public var settings: TerminalSettings {
        var settings = termios()
        tcgetattr(slave, &settings)
        return TerminalSettings(
            input: settings.c_iflag, output: settings.c_oflag, control: settings.c_cflag,
            local: settings.c_lflag)
    }

    /// The process group in the foreground, 0 when there is none.
    public var foregroundGroup: pid_t { max(0, tcgetpgrp(master)) }

    /// Starts a program in a session of its own with this terminal as its controlling one, on its standard input,
    /// output and error.
    /// - Parameter errors: a file for its standard error in place of the terminal.
    /// - Returns: its process id; the caller waits for it.
    public func launch(
        _ executable: String, _ arguments: [String], environment: [String: String],
        directory: String? = nil, errors: String? = nil
    ) throws -> pid_t {
        try Spawn.start(
            executable, arguments, environment: environment, directory: directory, beginsSession: true
        ) { actions in
            // Opened by the leader of a new session, the device becomes its controlling terminal.
            posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
            posix_spawn_file_actions_adddup2(&actions, 0, 1)
            if let errors {
                posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            } else {
                posix_spawn_file_actions_adddup2(&actions, 0, 2)
            }
        }
    }
}

/// The flags of a terminal, to compare before and after.
public struct TerminalSettings: Hashable, Sendable {
    public var input: UInt32
    public var output: UInt32
    public var control: UInt32
    public var local: UInt32

    /// Whether lines are edited by the system and typed text is echoed: what a shell's program starts with.
    public var isCooked: Bool {
        local & UInt32(ICANON) != 0 && local & UInt32(ECHO) != 0 && local & UInt32(ISIG) != 0
    }
}
