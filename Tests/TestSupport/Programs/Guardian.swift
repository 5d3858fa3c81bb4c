import Dispatch
import Foundation
import Synchronization

/// Does something when the time for a blocking wait is over, so that the wait comes to an end. Stops doing so when it is released.
final class Guardian: Sendable {
    private let acted = Mutex(false)
    private let action: @Sendable () -> Void

    var hasActed: Bool { acted.withLock { $0 } }

    init(limit: Duration, action: @escaping @Sendable () -> Void) {
        self.action = action
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(Int(limit.components.seconds))) {
            [weak self] in self?.act()
        }
    }

    private func act() {
        acted.withLock {
            $0 = true
            action()
        }
    }

    /// Kills a process when the time is over.
    convenience init(killing process: pid_t, limit: Duration) {
        self.init(limit: limit) { kill(process, SIGKILL) }
    }
}
