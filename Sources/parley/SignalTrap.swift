import Dispatch
import Foundation

/// The signals by which somebody ends a command that runs: Ctrl-C, a closed terminal, a request to end. The first one is handed
/// to the command, which finishes what it has begun; a second one ends the program at once.
final class SignalTrap {
    private let sources: [any DispatchSourceSignal]

    /// - Parameter handler: called on the first signal, with its number.
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
