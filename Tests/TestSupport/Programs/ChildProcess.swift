import CVTerm
import Foundation

/// A program without a terminal. It is killed when this is released. Not for concurrent use.
public final class ChildProcess {
    public let processIdentifier: pid_t
    /// How it ended, once that is known.
    public private(set) var ending: PseudoTerminal.ExitStatus?
    private let handle: Int32

    /// Starts it.
    /// - Parameters:
    ///   - executable: a path.
    ///   - environment: all of it.
    ///   - input: its standard input, output and error; they stay open here as well.
    public init(
        _ executable: String, _ arguments: [String], environment: [String: String], directory: String? = nil,
        input: FileHandle = .nullDevice, output: FileHandle = .nullDevice, errors: FileHandle = .nullDevice
    ) throws {
        let descriptors = [input, output, errors].map(\.fileDescriptor)
        processIdentifier = try Spawn.start(
            executable, arguments, environment: environment, directory: directory, beginsSession: false
        ) { actions in
            for (number, descriptor) in descriptors.enumerated() {
                posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
            }
        }
        handle = cvterm_open_process(processIdentifier)
        guard handle >= 0 else { throw SystemCallFailed("pidfd_open") }
    }

    deinit {
        if ending == nil {
            kill(processIdentifier, SIGKILL)
            reap(options: 0)
        }
        close(handle)
    }

    /// Waits for its end.
    /// - Returns: nil if it has not ended by then.
    public func waitForEnd(until deadline: ContinuousClock.Instant) -> PseudoTerminal.ExitStatus? {
        while ending == nil, handle.isReadable(before: deadline) { reap(options: WNOHANG) }
        return ending
    }

    private func reap(options: Int32) {
        var status: Int32 = 0
        guard waitpid(processIdentifier, &status, options) == processIdentifier else { return }
        ending = PseudoTerminal.ExitStatus(status: status)
    }
}

extension Int32 {
    /// Waits until there is something to read from this descriptor.
    func isReadable(before deadline: ContinuousClock.Instant) -> Bool {
        while true {
            let left = Swift.max(.zero, ContinuousClock.now.duration(to: deadline)).components
            let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000 + 1
            var polled = pollfd(fd: self, events: Int16(POLLIN), revents: 0)
            let ready = poll(&polled, 1, Int32(clamping: milliseconds))
            if ready < 0, errno == EINTR { continue }
            return ready > 0
        }
    }
}

extension FileHandle {
    /// Reads until the end, or the deadline.
    func read(until deadline: ContinuousClock.Instant) -> Data {
        var (read, buffer) = (Data(), [UInt8](repeating: 0, count: 1 << 16))
        while fileDescriptor.isReadable(before: deadline) {
            let count = Glibc.read(fileDescriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            read.append(contentsOf: buffer[..<count])
        }
        return read
    }
}
