import Foundation
import SessionCore

/// Sends one message, follows its turn and prints the reply.
struct SendRun {
    let message: String
    let mode: Turn.Mode
    /// Whether to wait until the turn is over.
    let waits: Bool
    let target: SendTarget
    var reply: ReplyPrinter

    private enum Event: Sendable {
        case session(SessionEvent)
        /// The session manager has carried out all intents: if the message could be stored, its turn has been emitted.
        case settled
        case interrupted
    }

    func run(in workspace: Workspace) async throws {
        let (events, eventSink) = AsyncStream<Event>.makeStream()
        let manager = workspace.makeManager { eventSink.yield(.session($0)) }
        let signalTrap = SignalTrap { _ in eventSink.yield(.interrupted) }
        defer { withExtendedLifetime(signalTrap) {} }
        await manager.start(resuming: false)
        if case .new(let id, let account, let agent) = target {
            manager.submit(.create(id, account: account, agent: agent))
        }
        manager.submit(.send(target.id, text: message, mode: mode, keepsDraft: true))
        async let _ = Self.settle(manager, eventSink)
        var followed = FollowedTurn(task: target.id)
        do {
            try await follow(&followed, events, manager)
        } catch {
            if isRefused(followed) {
                manager.submit(.delete(target.id))
            } else if let turn = followed.turn {
                // What has arrived of a streamed reply is kept, and a background turn goes on at its service.
                leave(turn, manager)
            }
            await manager.shutdown()
            throw error
        }
        await manager.shutdown()
    }

    private static func settle(
        _ manager: SessionManager, _ eventSink: AsyncStream<Event>.Continuation
    ) async {
        await manager.settled()
        eventSink.yield(.settled)
    }

    /// Whether the service knows nothing that the message could go to, such as its agent: a task that was made for the message is
    /// not kept.
    private func isRefused(_ followed: FollowedTurn) -> Bool {
        guard case .new = target, let turn = followed.turn else { return false }
        return turn.state == .failed && turn.failure?.kind == .notFound && turn.reply == nil
    }

    /// Ends a turn that no one waits for any more.
    private func leave(_ turn: Turn, _ manager: SessionManager) {
        switch turn.state {
        // The turn before it belongs to another program, which goes on.
        case .queued: manager.submit(.takeBack(turn.id))
        default: if mode == .streamed { manager.submit(.stop(target.id)) }
        }
    }

    private func follow(
        _ followed: inout FollowedTurn, _ events: AsyncStream<Event>, _ manager: SessionManager
    ) async throws {
        var reply = reply
        for await event in events {
            switch event {
            case .interrupted:
                if followed.turn?.state == .queued { throw takenBack }
                guard mode == .streamed else { throw detached }
                manager.submit(.stop(target.id))
            case .settled:
                guard let turn = followed.turn else { throw Failure(message: "The message was not sent.") }
                if case .existing = target, turn.state == .queued { reportBusy() }
            case .session(let event):
                let wasBusy = followed.isRefusedAsBusy
                try followed.apply(event, printing: &reply)
                if followed.isRefusedAsBusy, !wasBusy { reportBusy() }
                if let turn = followed.turn, isFollowedToItsEnd(turn) {
                    return try finish(turn, followed, &reply)
                }
                if case .unstored(let work?) = event { try finish(work, followed, &reply) }
            }
        }
    }

    private func finish(_ turn: Turn, _ followed: FollowedTurn, _ reply: inout ReplyPrinter) throws {
        if waits {
            try reply.finish(task: target.id, turn: turn, message: followed.reply)
        } else {
            try reply.printAccepted(task: target.id)
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
                message:
                    "The reply broke off; the part that arrived is kept in the task \(target.id.rawValue).",
                detail: turn.failure?.message)
        case .stopped:
            throw Failure(
                message: "Stopped; the part that arrived is kept in the task \(target.id.rawValue).",
                status: ExitStatus.Status.interrupted)
        case .unconfirmed:
            throw Failure(
                message:
                    "It is not known whether the message arrived. Look at the task \(target.id.rawValue).",
                detail: turn.failure?.message)
        case .done:
            let text = followed.reply?.text ?? ""
            if waits, text.allSatisfy(\.isWhitespace) {
                Output.error.report("The agent answered without text.")
            }
        case .queued, .sending, .streaming, .running, .waiting: break
        }
    }

    /// The store cannot be written. A reply is printed to its end; nobody waits for the store then.
    private func finish(_ work: UnstoredWork, _ followed: FollowedTurn, _ reply: inout ReplyPrinter) throws {
        guard let turn = work.turns.first(where: { $0.id == followed.turn?.id }), isFollowedToItsEnd(turn)
        else { return }
        if waits { try reply.finish(task: target.id, turn: turn, message: followed.reply) }
        throw Failure(message: "How the message ended could not be stored: \(work.reason).")
    }

    private func isFollowedToItsEnd(_ turn: Turn) -> Bool {
        turn.state.isOver || (!waits && turn.state == .running)
    }

    private func reportBusy() {
        Output.error.report(
            "The task \(target.id.rawValue) is busy: the message is sent when its current turn has ended.")
    }

    private static func hint(_ retryAt: Date) -> String {
        "Send it again after \(LocalTime.withSeconds(retryAt))."
    }

    private var takenBack: Failure {
        Failure(
            message: "Not sent: the message is now the draft of the task \(target.id.rawValue).",
            status: ExitStatus.Status.interrupted)
    }

    private var detached: Failure {
        Failure(
            message: "Stopped waiting; the service continues the task \(target.id.rawValue).",
            status: ExitStatus.Status.interrupted)
    }
}

/// What is known of the turn of the message and of its reply.
private struct FollowedTurn {
    let task: ChatTask.ID
    private(set) var turn: Turn?
    private(set) var reply: Message?

    init(task: ChatTask.ID) { self.task = task }

    var isRefusedAsBusy: Bool { turn?.state == .queued && turn?.failure?.kind == .busy }

    mutating func apply(_ event: SessionEvent, printing printer: inout ReplyPrinter) throws {
        switch event {
        case .problem(let text): Output.error.report(text)
        case .unstored(let work?): Output.error.report("Not stored yet: \(work.reason). Retrying.")
        case .turn(let turn) where turn.task == task && (self.turn == nil || self.turn?.id == turn.id):
            self.turn = turn
        case .messageRemoved(task, let message) where message == turn?.message:
            throw Failure(message: "Not sent: the message was taken back in another program.")
        case .turn(let before) where before.task == task && turn?.state == .queued && before.endedBadly:
            throw Failure(
                message: "Not sent: the turn before the message did not complete.",
                detail: before.failure?.message)
        case .message(let message) where message.task == task && message.role == .agent && isOurs(message):
            reply = message
            printer.begin(message)
            try printer.printRest(of: message.text)
        case .chunk(task, let message, let offset, let text) where message == reply?.id:
            try printer.printChunk(text, at: offset)
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
