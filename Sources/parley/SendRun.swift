import Foundation
import SessionCore

/// One message on its way: sends it, follows its turn, prints the reply.
struct SendRun {
    let message: String
    let mode: Turn.Mode
    /// Whether to stay until the turn is over.
    let waits: Bool
    let target: SendTarget
    var reply: ReplyPrinter

    private enum Event: Sendable {
        case session(SessionEvent)
        /// The session manager has done what it was told: the message is stored, and its turn was told, if that was possible.
        case carriedOut
        case interrupted
    }

    func run(in workspace: Workspace) async throws {
        let (occurrences, mailbox) = AsyncStream<Event>.makeStream()
        let manager = SessionManager(store: workspace.store, accounts: workspace.services) {
            mailbox.yield(.session($0))
        }
        let interruption = SignalTrap { _ in mailbox.yield(.interrupted) }
        defer { withExtendedLifetime(interruption) {} }
        await manager.start(resuming: false)
        if case .new(let id, let account, let agent) = target {
            manager.submit(.create(id, account: account, agent: agent))
        }
        manager.submit(.send(target.id, text: message, mode: mode))
        async let _ = Self.settle(manager, mailbox)
        var following = FollowedTurn(task: target.id)
        do {
            try await follow(&following, occurrences, manager)
        } catch {
            // Whatever ended us: what has arrived of a streamed reply is kept, and a background turn goes on without us.
            if let turn = following.turn { leave(turn, manager) }
            await manager.shutdown()
            throw error
        }
        await manager.shutdown()
    }

    private static func settle(
        _ manager: SessionManager, _ mailbox: AsyncStream<Event>.Continuation
    ) async {
        await manager.settled()
        mailbox.yield(.carriedOut)
    }

    /// Leaves nothing behind that nobody waits for.
    private func leave(_ turn: Turn, _ manager: SessionManager) {
        switch turn.state {
        // The turn before it is another program's, and not ours to stop.
        case .queued: manager.submit(.takeBack(turn.id))
        default: if mode == .streamed { manager.submit(.stop(target.id)) }
        }
    }

    private func follow(
        _ following: inout FollowedTurn, _ occurrences: AsyncStream<Event>, _ manager: SessionManager
    ) async throws {
        var reply = reply
        for await occurrence in occurrences {
            switch occurrence {
            case .interrupted:
                if following.turn?.state == .queued { throw takenBack }
                guard mode == .streamed else { throw detached }
                manager.submit(.stop(target.id))
            case .carriedOut:
                guard let turn = following.turn else { throw Failure(message: "The message was not sent.") }
                if case .existing = target, turn.state == .queued { sayBusy() }
            case .session(let event):
                let wasBusy = following.isRefusedAsBusy
                try following.take(event, printing: &reply)
                if following.isRefusedAsBusy, !wasBusy { sayBusy() }
                if let turn = following.turn, turn.state.isOver || (!waits && turn.state == .running) {
                    return try finish(turn, following, &reply)
                }
            }
        }
    }

    private func finish(_ turn: Turn, _ following: FollowedTurn, _ reply: inout ReplyPrinter) throws {
        if waits {
            try reply.end(task: target.id, turn: turn, message: following.reply)
        } else {
            try reply.accepted(task: target.id)
        }
        switch turn.state {
        case .failed:
            let failure = turn.failure
            throw Failure(
                message: failure?.message ?? "The message failed.",
                detail: [failure?.detail, failure?.retryAt.map(Self.hint)].compactMap(\.self)
                    .joined(separator: " "))
        case .truncated:
            throw Failure(
                message: "The reply broke off; what had arrived is kept in the task \(target.id.rawValue).")
        case .stopped:
            throw Failure(
                message: "Stopped; what had arrived is kept in the task \(target.id.rawValue).",
                status: ExitStatus.Status.interrupted)
        case .unconfirmed:
            throw Failure(
                message:
                    "Nobody knows whether the message has arrived. Look at the task \(target.id.rawValue).",
                detail: turn.failure?.message)
        case .queued, .sending, .streaming, .running, .waiting, .done: break
        }
    }

    private func sayBusy() {
        Output.error.report(
            "The task \(target.id.rawValue) is busy: the message is sent when its turn has ended.")
    }

    private static func hint(_ retryAt: Date) -> String {
        "It can be sent again from \(LocalTime.exactly(retryAt))."
    }

    private var takenBack: Failure {
        Failure(
            message: "Not sent: the message stands in the draft of the task \(target.id.rawValue).",
            status: ExitStatus.Status.interrupted)
    }

    private var detached: Failure {
        Failure(
            message: "Not waiting any more; the service goes on with the task \(target.id.rawValue).",
            status: ExitStatus.Status.interrupted)
    }
}

/// The turn of the message that was sent, and its reply, as far as they are known.
private struct FollowedTurn {
    let task: ChatTask.ID
    private(set) var turn: Turn?
    private(set) var reply: Message?

    init(task: ChatTask.ID) { self.task = task }

    var isRefusedAsBusy: Bool { turn?.state == .queued && turn?.failure?.kind == .busy }

    mutating func take(_ event: SessionEvent, printing printer: inout ReplyPrinter) throws {
        switch event {
        case .problem(let text): Output.error.report(text)
        case .turn(let turn) where turn.task == task && (self.turn == nil || self.turn?.id == turn.id):
            self.turn = turn
        case .messageRemoved(task, let message) where message == turn?.message:
            throw Failure(message: "The message was taken back in another program and not sent.")
        case .turn(let before) where before.task == task && turn?.state == .queued && before.endedBadly:
            throw Failure(
                message: "The turn before the message did not end well, so the message was not sent.",
                detail: before.failure?.message)
        case .message(let message) where message.task == task && message.role == .agent && isOurs(message):
            reply = message
            try printer.whole(message.text)
        case .chunk(task, let message, let offset, let text) where message == reply?.id:
            try printer.more(text, at: offset)
        default: break
        }
    }

    private func isOurs(_ message: Message) -> Bool {
        guard let turn else { return false }
        return message.turn == turn.id || message.id == turn.reply
    }
}

extension Turn {
    fileprivate var endedBadly: Bool {
        switch state {
        case .failed, .stopped, .truncated, .unconfirmed: true
        case .queued, .sending, .streaming, .running, .waiting, .done: false
        }
    }
}
