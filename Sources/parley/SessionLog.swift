import Logging
import SessionCore
import Synchronization

/// Writes what becomes of turns, and what fails, to the log. Nothing of what was written or answered.
final class SessionLog: Sendable {
    private let turns: Logger
    private let session: Logger
    /// The state in which each turn that is not over was logged last.
    private let states = Mutex<[Turn.ID: Turn.State]>([:])

    init(_ log: Log) {
        turns = log.logger("turns")
        session = log.logger("session")
    }

    func record(_ event: SessionEvent) {
        switch event {
        case .turn(let turn): record(turn)
        case .problem(let text): session.error("\(text)")
        case .listing(let account, .failed(let error)), .listing(let account, .waiting(let error, _)):
            session.error("The tasks of “\(account)” could not be listed. \(error.description)")
        case .unstored(let work?): session.warning("not stored yet: \(work.reason)")
        case .unstored(nil): session.info("everything is stored again")
        default: break
        }
    }

    private func record(_ turn: Turn) {
        let before = states.withLock { $0.updateValue(turn.state, forKey: turn.id) }
        if turn.state.isOver { states.withLock { $0[turn.id] = nil } }
        guard before != turn.state else { return }
        var about: Logger.Metadata = [
            "task": "\(turn.task.rawValue)", "turn": "\(turn.id)", "mode": "\(turn.mode.rawValue)",
        ]
        if let failure = turn.failure { about["error"] = "\(failure.kind.rawValue): \(failure.message)" }
        turns.log(level: turn.failure == nil ? .info : .warning, "\(turn.state.rawValue)", metadata: about)
    }
}
