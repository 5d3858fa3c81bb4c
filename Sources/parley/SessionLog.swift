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
        case .unstored(let work?): store.warning("not stored yet: \(work.reason)")
        case .unstored(nil): store.info("everything is stored again")
        case .problem(let text): store.error("\(text)")
        default: break
        }
    }
}
