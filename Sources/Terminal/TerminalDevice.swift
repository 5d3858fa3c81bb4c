import CTerminalGuard
import Foundation
import RichText

/// The terminal's input and output, opened separately so that flags other processes set on their descriptors do not apply.
final class TerminalDevice {
    let input: Int32
    let output: Int32

    /// - Parameters:
    ///   - input: a descriptor of a terminal, left as it is.
    ///   - output: a descriptor of a terminal, left as it is.
    /// - Throws: ``TerminalError/notATerminal(_:)`` or ``TerminalError/unusable(reason:)``.
    init(input: Int32, output: Int32) throws(TerminalError) {
        guard isatty(input) == 1 else { throw .notATerminal(.input) }
        guard isatty(output) == 1 else { throw .notATerminal(.output) }
        self.input = try Self.reopen(input, O_RDONLY)
        do {
            self.output = try Self.reopen(output, O_WRONLY)
        } catch {
            close(self.input)
            throw error
        }
    }

    deinit {
        close(input)
        close(output)
    }

    /// Opens the terminal again; where that is not permitted (after `su`, say), duplicates the descriptor.
    private static func reopen(_ descriptor: Int32, _ mode: Int32) throws(TerminalError) -> Int32 {
        if let path = ttyname(descriptor) {
            let reopened = open(path, mode | O_NOCTTY | O_CLOEXEC)
            if reopened >= 0 { return reopened }
        }
        let shared = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard shared >= 0 else { throw .unusable(reason: String(cString: strerror(errno))) }
        return shared
    }

    /// The size of the window; nil when it is unknown (a serial line, say).
    var windowSize: Size? {
        var columns: Int32 = 0
        var rows: Int32 = 0
        guard guard_window_size(output, &columns, &rows) else { return nil }
        return Size(columns: Int(columns), rows: Int(rows))
    }

    /// Writes all bytes, however slowly the terminal accepts them. A terminal that is gone accepts none.
    func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(output, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                var room = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
                poll(&room, 1, -1)
            } else if errno != EINTR {
                return
            }
        }
    }

    /// Reads what has been typed.
    /// - Returns: nil when the terminal is gone.
    func read() -> [UInt8]? {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, initialized in
            repeat {
                count = Foundation.read(input, buffer.baseAddress, buffer.count)
            } while count < 0 && errno == EINTR
            initialized = max(0, count)
        }
        if count < 0, errno == EAGAIN { return [] }
        return count > 0 ? bytes : nil
    }
}
