import Logging
import SessionCore

/// Writes what becomes of turns, and what fails, to the log. Nothing of what was written or answered.
struct SessionLog: Sendable {
    private let turns: Logger
    private let store: Logger

    init(_ log: Log) {
        turns = log.logger("turns")
        store = log.logger("session")
    }

    func record(_ event: SessionEvent) {
        switch event {
        case .turn(let turn):
            var about: Logger.Metadata = [
                "task": "\(turn.task.rawValue)", "turn": "\(turn.id)", "mode": "\(turn.mode.rawValue)",
            ]
            if let failure = turn.failure { about["error"] = "\(failure.kind.rawValue): \(failure.message)" }
            turns.log(
                level: turn.failure == nil ? .info : .warning, "\(turn.state.rawValue)", metadata: about)
        case .problem(let text): store.error("\(text)")
        case .listing(let account, .failed(let error)), .listing(let account, .waiting(let error, _)):
            store.error("The tasks of “\(account)” could not be listed. \(error.description)")
        default: break
        }
    }
}
