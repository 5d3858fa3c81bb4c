import Foundation

// What dead processes leave behind: turns that were being sent or streamed are put in order, running ones are polled on, and
// queued messages are sent.

/// A background turn that runs at its service.
struct RunningTurn: Hashable, Sendable {
    var turn: Turn
    var account: AccountName
    var ticket: Ticket

    /// - Parameter task: its task.
    /// - Returns: nil if it has no ticket to be polled by.
    init?(_ turn: Turn, in task: ChatTask) {
        guard let ticket = turn.ticket else { return nil }
        self.turn = turn
        account = task.account
        self.ticket = Ticket(id: ticket, conversation: Conversation(task))
    }
}

/// What this process takes over from processes that have ended.
struct AdoptedTurns: Hashable, Sendable {
    /// Turns to poll.
    var running: [RunningTurn] = []
    /// Tasks with queued messages, each once.
    var queues: [ChatTask.ID] = []

    mutating func add(_ turn: Turn, in task: ChatTask?) {
        if turn.state == .queued {
            if !queues.contains(turn.task) { queues.append(turn.task) }
        } else if let task, let running = RunningTurn(turn, in: task) {
            self.running.append(running)
        }
    }
}

extension StoreTransaction {
    /// Ends the turns that died while they were sent or streamed, or goes on with them where the service works by itself.
    func recoverTurns() throws -> [SessionEvent] {
        try orphans(in: [.sending, .streaming]).flatMap { orphan -> [SessionEvent] in
            var turn = orphan
            guard let (_, events) = try apply(.died, to: &turn) else { return [] }
            try db.update(turn, owner: nil)
            return try events + [.turn(turn)] + changed(turn.task)
        }
    }

    /// Makes the running turns without a process ours, and the queued ones.
    func adoptOrphans(includingQueues: Bool) throws -> AdoptedTurns {
        var adopted = AdoptedTurns()
        for turn in try orphans(in: includingQueues ? [.running, .queued] : [.running]) {
            try db.setOwner(of: turn.id, to: process.name)
            adopted.add(turn, in: turn.state == .queued ? nil : try db.task(turn.task))
        }
        return adopted
    }

    private func orphans(in states: [Turn.State]) throws -> [Turn] {
        try db.openTurns(in: states).filter { process.ownership(of: $0.owner) == .orphaned }.map(\.turn)
    }
}

extension SessionStore {
    /// Recovers what processes left behind that died since this one opened the store. Writes only if there is something.
    func recover(at now: Date) async throws -> [SessionEvent] {
        if isWritable, !isRecovered.load(ordering: .acquiring) {
            let owner = lease.name
            try await write { try $0.release(owner) }
            isRecovered.store(true, ordering: .releasing)
        }
        guard try await hasOrphans(in: [.sending, .streaming]) else { return [] }
        return try await transact(at: now) { try $0.recoverTurns() }
    }

    /// Adopts what dead processes left running, and what they left queued. Writes only if there is something.
    func adoptOrphans(includingQueues: Bool, at now: Date) async throws -> AdoptedTurns {
        let states: [Turn.State] = includingQueues ? [.running, .queued] : [.running]
        guard try await hasOrphans(in: states) else { return AdoptedTurns() }
        return try await transact(at: now) { try $0.adoptOrphans(includingQueues: includingQueues) }
    }

    /// Whether a turn runs at its service that no living process polls.
    public func hasUnattendedTurns() async throws -> Bool { try await hasOrphans(in: [.running]) }

    private func hasOrphans(in states: [Turn.State]) async throws -> Bool {
        guard isWritable else { return false }
        let process = lease
        return try await read { db in
            try db.ownersOfOpenTurns(in: states).contains { process.ownership(of: $0) == .orphaned }
        }
    }
}
