import Foundation
import Synchronization

/// Descriptors for the pipes of a program that is being started: the library that starts it ends this process if it finds some of them
/// and not all. Counts until it is released.
final class StartReserve: Sendable {
    /// The programs that are being started.
    private static let starting = Mutex(0)
    /// Three pipes, one for the library itself, and some to spare.
    private static let perProgram = 12
    private static let pause = Duration.milliseconds(5)

    private let isHeld = Atomic<Bool>(true)

    /// Waits as long as other programs are being started that take up the descriptors.
    /// - Returns: nil if there are too few for this program alone, or the task is cancelled.
    static func acquire() async -> StartReserve? {
        while !Task.isCancelled {
            let (isEnough, others) = starting.withLock { starting in
                let others = starting
                let isEnough = areFree((others + 1) * perProgram)
                if isEnough { starting += 1 }
                return (isEnough, others)
            }
            if isEnough { return StartReserve() }
            guard others > 0 else { return nil }
            try? await Task.sleep(for: pause)
        }
        return nil
    }

    private init() {}

    deinit { release() }

    /// The program has started, or has failed to.
    func release() {
        if isHeld.exchange(false, ordering: .relaxed) { Self.starting.withLock { $0 -= 1 } }
    }

    private static func areFree(_ count: Int) -> Bool {
        var found: [Int32] = []
        defer { for descriptor in found { close(descriptor) } }
        while found.count < count {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return false }
            found.append(descriptor)
        }
        return true
    }
}
