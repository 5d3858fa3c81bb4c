import RichText
import SessionCore

/// The state of a turn below its message: on its way, stopped, failed and why, and which keys help.
struct TurnNote {
    let layout: MessageBlockLayout
    let turn: Turn
    let targets: TurnTargets
    /// Whether the reply has neither text nor cards.
    var isWithoutText = false

    var lines: [StyledLine] {
        switch turn.state {
        case .queued: queued
        case .sending: note("sending…", .muted)
        case .streaming: note("…", .accent)
        case .running: running
        case .waiting:
            targets.answer == turn.id
                ? note("waits for your answer: send it as the next message", .messageNotice) : []
        case .done: isWithoutText ? note("the agent answered without text", .messageNotice) : []
        case .stopped: note("stopped" + after, .messageNotice)
        case .truncated:
            note((exceeded ?? "the reply broke off here") + after, .messageNotice) + serviceDetail
        case .unconfirmed:
            note("not confirmed: " + unconfirmed + after, .messageNotice) + serviceDetail
        case .failed: failed
        }
    }

    private var exceeded: String? {
        turn.failure.flatMap { $0.kind == .tooLong ? "cut off here: " + $0.message : nil }
    }

    private var queued: [StyledLine] {
        if turn.failure?.kind == .busy {
            let now = retryKey.map { "\($0) tries now" }
            return note(
                "queued: the service is busy with another turn of this task and has not accepted this one; "
                    + "it is sent when that turn ends" + listed(now, backHint), .messageNotice)
                + serviceDetail
        }
        guard let retryKey else {
            return note("queued: sent when the turn before it ends" + listed(backHint), .muted)
        }
        return note(
            "queued behind a turn that did not end well" + listed("\(retryKey) sends it", backHint),
            .messageNotice)
    }

    private var unconfirmed: String {
        turn.failure.map { $0.message + " The service may have it" }
            ?? "Parley ended while this was being sent, and the service may have it"
    }

    private var running: [StyledLine] {
        let progress = note("running in the background…", .accent)
        guard let failure = turn.failure else { return progress }
        let next =
            failure.retryAt.map { " Next check at \(layout.labels.time($0))." } ?? " Checking again soon."
        return progress + note(failure.message + next, .messageNotice) + serviceDetail
    }

    private var failed: [StyledLine] {
        guard let failure = turn.failure else { return note("failed" + after, .error) }
        return note("failed: " + failure.message, .error) + serviceDetail + note(whatNow(failure), .muted)
    }

    /// The service's own words.
    private var serviceDetail: [StyledLine] {
        guard let detail = turn.failure?.detail, !detail.isEmpty else { return [] }
        return note("service: " + detail, .muted)
    }

    private func whatNow(_ failure: ServiceError) -> String {
        guard let time = failure.retryAt.map(layout.labels.time) else { return hints }
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
