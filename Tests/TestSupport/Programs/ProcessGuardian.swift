import Dispatch
import Foundation
import Synchronization

/// Kills a process when the time for it is over, so that a blocking wait for it comes to an end. Stops doing so when it is released.
final class ProcessGuardian: Sendable {
    private let killed = Mutex(false)

    var hasKilled: Bool { killed.withLock { $0 } }

    init(_ process: pid_t, limit: Duration) {
        let seconds = Int(limit.components.seconds)
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds)) { [weak self] in
            self?.killed.withLock {
                $0 = true
                kill(process, SIGKILL)
            }
        }
    }
}
