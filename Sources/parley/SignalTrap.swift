import Dispatch
import Foundation

/// Catches the signals that end a running command: Ctrl-C, a closed terminal, SIGTERM. The first one is left to the command, which
/// finishes what it has begun; a second one of the same kind ends the program at once.
final class SignalTrap {
    private let sources: [any DispatchSourceSignal]

    /// - Parameter handler: called with the number of the first signal of each kind.
    init(_ handler: @escaping @Sendable (Int32) -> Void) {
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler {
                signal(number, SIG_DFL)
                handler(number)
            }
            source.activate()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
    }
}
