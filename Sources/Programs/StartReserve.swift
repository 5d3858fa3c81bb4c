import Foundation
import Synchronization

/// Descriptors for the pipes of a program that is being started: the library that starts it ends this process if it finds some of them
/// and not all. Counts until it is released.
final class StartReserve: Sendable {
    private static let count = Atomic<Int>(0)
    /// Three pipes, one for the library itself, and some to spare.
    private static let perProgram = 12

    private let isHeld = Atomic<Bool>(true)

    /// nil if there are not enough for all programs that are being started.
    init?() {
        let count = Self.count.add(1, ordering: .relaxed).newValue
        guard Self.areFree(count * Self.perProgram) else {
            release()
            return nil
        }
    }

    deinit { release() }

    /// The program has started, or has failed to.
    func release() {
        if isHeld.exchange(false, ordering: .relaxed) { Self.count.subtract(1, ordering: .relaxed) }
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
