import CTerminalGuard
import Foundation
import RichText
import Synchronization

/// Ends a sleep in `poll` from any thread. Repeated wakes before the next ``drain()`` write one byte.
final class WakePipe: Waker {
    /// Polled for input by the sleeping thread.
    let readEnd: Int32
    /// Signal handlers write to it directly.
    let writeEnd: Int32
    private let isWoken = Atomic<Bool>(false)

    init() throws(TerminalError) {
        var ends: [Int32] = [-1, -1]
        guard guard_open_pipe(&ends) else { throw .unusable(reason: String(cString: strerror(errno))) }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    func wake() {
        guard !isWoken.exchange(true, ordering: .acquiringAndReleasing) else { return }
        _ = write(writeEnd, [0], 1)
    }

    /// Empties the pipe.
    /// - Returns: whether ``wake()`` was called since the last time; a signal's byte does not count.
    func drain() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64)
        while read(readEnd, &buffer, buffer.count) == buffer.count {}
        // Last, so that a concurrent wake() is either seen here or leaves a byte and at worst one spurious wake-up.
        return isWoken.exchange(false, ordering: .acquiringAndReleasing)
    }
}
