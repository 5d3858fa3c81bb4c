import Foundation

// What dead processes leave behind: turns that were being sent or streamed are put in order, running ones are polled on, and
// queued messages are sent.

/// What this process takes over from processes that have ended.
struct AdoptedTurns: Hashable, Sendable {
    /// Turns to poll.
    var running: [RunningTurn] = []
    /// Tasks with queued messages, each once.
    var queues: [ChatTask.ID] = []

    mutating func add(_ turn: Turn, in task: ChatTask?) {
        if turn.state == .queued {
            if !queues.contains(turn.task) { queues.append(turn.task) }
        } else if let task {
            running.append(RunningTurn(turn, in: task))
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
    func adoptOrphans(of accounts: Set<AccountName>, includingQueues: Bool) throws -> AdoptedTurns {
        var adopted = AdoptedTurns()
        for turn in try orphans(in: includingQueues ? [.running, .queued] : [.running], of: accounts) {
            try db.setOwner(of: turn.id, to: process.name)
            adopted.add(turn, in: turn.state == .queued ? nil : try db.task(turn.task))
        }
        return adopted
    }

    private func orphans(in states: [Turn.State], of accounts: Set<AccountName>? = nil) throws -> [Turn] {
        try db.openTurns(in: states, of: accounts).filter { process.ownership(of: $0.owner) == .orphaned }
            .map(\.turn)
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
    /// - Parameter accounts: those that can be asked. The turns of others are left to a program that has their accounts.
    func adoptOrphans(
        of accounts: Set<AccountName>, includingQueues: Bool, at now: Date
    ) async throws -> AdoptedTurns {
        let states: [Turn.State] = includingQueues ? [.running, .queued] : [.running]
        guard try await hasOrphans(in: states, of: accounts) else { return AdoptedTurns() }
        return try await transact(at: now) {
            try $0.adoptOrphans(of: accounts, includingQueues: includingQueues)
        }
    }

    /// Whether a turn runs at its service that no living process polls.
    /// - Parameter accounts: nil for all.
    public func hasUnattendedTurns(of accounts: Set<AccountName>? = nil) async throws -> Bool {
        try await hasOrphans(in: [.running], of: accounts)
    }

    private func hasOrphans(in states: [Turn.State], of accounts: Set<AccountName>? = nil) async throws
        -> Bool
    {
        guard isWritable else { return false }
        let process = lease
        return try await read { db in
            try db.ownersOfOpenTurns(in: states, of: accounts)
                .contains { process.ownership(of: $0) == .orphaned }
        }
    }

    /// Those of the attempts that are over, were made again, or are gone.
    func ended(_ attempts: [TurnAttempt]) async throws -> [TurnAttempt] {
        guard !attempts.isEmpty else { return [] }
        return try await read { db in
            try attempts.filter { attempt in
                guard let turn = try db.turn(attempt.turn) else { return true }
                return turn.state.isOver || turn.generation != attempt.generation
            }
        }
    }
}
