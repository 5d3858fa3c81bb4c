import RichText
import SessionCore

/// What became of a message, below what was said: on its way, stopped, failed and why, and what can be done about it.
struct TurnNote {
    let layout: MessageBlockLayout
    let turn: Turn
    let targets: TurnTargets

    var lines: [StyledLine] {
        switch turn.state {
        case .queued: queued
        case .sending: note("sending…", .muted)
        case .streaming: note("…", .accent)
        case .running: running
        case .waiting:
            targets.answer == turn.id ? note("waits for your answer: the next message is it", .warning) : []
        case .done: []
        case .stopped: note("stopped" + after, .warning)
        case .truncated: note("the reply broke off here" + after, .warning) + said
        case .unconfirmed:
            note("not confirmed: " + unconfirmed + after, .warning) + said
        case .failed: failed
        }
    }

    private var queued: [StyledLine] {
        if turn.failure?.kind == .busy {
            let now = retryKey.map { "\($0) looks at once" }
            return note(
                "queued: the service is busy with another turn of this task and has not accepted it; "
                    + "it is sent when that has ended" + listed(now, backHint), .warning) + said
        }
        guard let retryKey else {
            return note("queued: it is sent when the turn before it has ended" + listed(backHint), .muted)
        }
        return note(
            "queued behind a turn that did not end well" + listed("\(retryKey) sends it", backHint), .warning)
    }

    private var unconfirmed: String {
        turn.failure.map { $0.message + " The service may have it" }
            ?? "Parley ended while this was being sent, and the service may have it"
    }

    private var running: [StyledLine] {
        let going = note("running in the background…", .accent)
        guard let failure = turn.failure else { return going }
        let until = failure.retryAt.map { " at \(layout.labels.time($0))" } ?? ""
        return going + note("\(failure.message) It is asked again\(until).", .warning) + said
    }

    private var failed: [StyledLine] {
        guard let failure = turn.failure else { return note("failed" + after, .error) }
        return note("failed: " + failure.message, .error) + said + note(whatNow(failure), .muted)
    }

    /// The service's own words.
    private var said: [StyledLine] {
        guard let detail = turn.failure?.detail, !detail.isEmpty else { return [] }
        return note("the service: " + detail, .muted)
    }

    private func whatNow(_ failure: ServiceError) -> String {
        guard let time = failure.retryAt.map(layout.labels.time) else { return hints }
        let again = retryKey.map { "from \(time) on \($0) sends it again" } ?? "again possible at \(time)"
        return [again, backHint].compactMap(\.self).joined(separator: ", ")
    }

    private var retryKey: String? { targets.retry == turn.id ? layout.retryKey : nil }
    private var retryHint: String? { retryKey.map { "\($0) sends it once more" } }
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
        text.isEmpty ? [] : StyledLine.wrap(text, width: layout.textWidth, role: role)
    }
}
