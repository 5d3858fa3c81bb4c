import CTerminalGuard
import Foundation
import RichText
import Synchronization

/// Ends a sleep in `poll` from any thread. However often it is woken before that is noticed, one byte is written.
final class WakePipe: Waker {
    /// Polled for input by the one who sleeps.
    let readEnd: Int32
    /// Signal handlers write to it themselves.
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
        // Only now: a call of wake() in between finds itself woken, or leaves a byte and one needless look.
        return isWoken.exchange(false, ordering: .acquiringAndReleasing)
    }
}
