import RichText
import SessionCore

/// The state of a turn below its message: on its way, stopped, failed and why, and which keys help.
struct TurnNote {
    let layout: MessageBlockLayout
    let turn: Turn
    let targets: TurnTargets
    /// Whether the reply has neither text nor cards.
    var isWithoutText = false
    /// The number of steps so far.
    var steps = 0

    private var outcome: TurnOutcome? { turn.outcome(isWithoutText: isWithoutText) }

    var lines: [StyledLine] {
        guard let outcome else { return [] }
        switch turn.state {
        case .queued: return queued(outcome)
        case .sending: return note(outcome.text + progress, .muted)
        case .streaming: return note(outcome.text + progress, .accent)
        case .running: return running(outcome)
        case .waiting: return targets.answer == turn.id ? note(outcome.text, .messageNotice) : []
        case .done: return note(outcome.text, .messageNotice)
        case .stopped, .truncated, .unconfirmed:
            return note(outcome.text + after, .messageNotice) + serviceDetail(outcome)
        case .failed: return failed(outcome)
        }
    }

    private func queued(_ outcome: TurnOutcome) -> [StyledLine] {
        if turn.failure?.kind == .busy {
            let now = retryKey.map { "\($0) tries now" }
            return note(outcome.text + listed(now, backHint), .messageNotice) + serviceDetail(outcome)
        }
        guard let retryKey else { return note(outcome.text + listed(backHint), .muted) }
        return note(
            "on hold: the turn before it failed" + listed("\(retryKey) sends it", backHint),
            .messageNotice)
    }

    private func running(_ outcome: TurnOutcome) -> [StyledLine] {
        let progress = note(outcome.text + progress, .accent)
        guard let failure = turn.failure else { return progress }
        let next =
            outcome.retryAt.map { " Next check at \(layout.labels.time($0))." } ?? " Checking again soon."
        return progress + note(failure.message + next, .messageNotice) + serviceDetail(outcome)
    }

    /// How long it has run, and how many steps it has taken.
    private var progress: String {
        let elapsed = Elapsed(from: turn.startedAt, to: layout.now)
        let parts = [
            elapsed.seconds > 0 ? elapsed.label : nil,
            steps > 0 ? "\(steps) step\(steps == 1 ? "" : "s")" : nil,
        ].compactMap(\.self)
        return parts.isEmpty ? "" : " " + parts.joined(separator: ", ")
    }

    private func failed(_ outcome: TurnOutcome) -> [StyledLine] {
        guard turn.failure != nil else { return note(outcome.text + after, .error) }
        return note(outcome.text, .error) + serviceDetail(outcome) + note(whatNow(outcome), .muted)
    }

    /// The service's own words.
    private func serviceDetail(_ outcome: TurnOutcome) -> [StyledLine] {
        note(outcome.detail.map { "service: " + $0 } ?? "", .muted)
    }

    private func whatNow(_ outcome: TurnOutcome) -> String {
        guard let time = outcome.retryAt.map(layout.labels.time) else { return hints }
        let again = retryKey.map { "from \(time) on, \($0) sends it again" } ?? "possible again at \(time)"
        return [again, backHint].compactMap(\.self).joined(separator: ", ")
    }

    /// Nil also after a failure that sending the same again does not help.
    private var retryKey: String? {
        targets.retry == turn.id && (turn.state == .queued || turn.offersRetry) ? layout.retryKey : nil
    }
    private var retryHint: String? { retryKey.map { "\($0) sends it again" } }
    private var backHint: String? {
        targets.takeBack == turn.id ? layout.takeBackKey.map { "\($0) takes it back" } : nil
    }
    private var hints: String { [retryHint, backHint].compactMap(\.self).joined(separator: ", ") }
    private var after: String { listed(retryHint, backHint) }

    private func listed(_ hints: String?...) -> String {
        let hints = hints.compactMap(\.self).joined(separator: ", ")
        return hints.isEmpty ? "" : "; " + hints
    }

    private func note(_ text: String, _ role: StyleRole) -> [StyledLine] {
        text.isEmpty ? [] : StyledLine.wrap(text, width: layout.proseWidth, role: role)
    }
}
