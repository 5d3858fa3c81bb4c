import Foundation
import GRDB
import Storage

/// The conversation has an unfinished turn, and the client did not want to wait.
struct ConversationBusy: Error {}

/// Decides which turn may begin, and what becomes of turns whose server is gone.
///
/// Each decision is one transaction, so of several servers that share a store one gets a turn. Not responsible for running turns
/// (``TurnRunner``), nor for the rows (``ServerStore``).
struct TurnQueue: Sendable {
    let store: ServerStore
    /// The name under which this server owns turns.
    let owner: String

    /// How often a background turn may begin if servers die while it runs.
    private static let maxAttempts = 2

    /// The consequences of a turn's end.
    struct FinishOutcome: Sendable {
        /// The answer, if there is one.
        var answer: StoredEntry?
        /// The attended turn of the same conversation that has begun.
        var successor: StoredTurn?
        /// Whether a background turn is queued, in any conversation.
        var hasBackgroundQueue = false
    }

    /// Stores a turn. An attended one begins at once if its conversation is free, and is queued otherwise. It cannot wait for a turn of
    /// another server, whose end this one does not notice.
    /// - Throws: ``ConversationBusy``.
    func accept(_ new: NewTurn) async throws -> StoredTurn {
        let now = store.now()
        return try await store.write { db in
            let unfinished = try StoredTurn.unfinished(in: new.conversation, db)
            let isBusy = !unfinished.isEmpty
            let isHeldElsewhere = unfinished.contains { $0.state == .running && $0.owner != owner }
            if isBusy, new.whenBusy == .refuse || (new.mode == .attended && isHeldElsewhere) {
                throw ConversationBusy()
            }
            let turn = try StoredTurn.insert(new, owner: owner, at: now, in: db)
            return isBusy || new.mode == .background ? turn : try begin(turn, at: now, in: db)
        }
    }

    /// Begins the next turn of a conversation, if none runs and it is an attended one of this server.
    func claimAttended(in conversation: Int64) async throws -> StoredTurn? {
        let now = store.now()
        return try await store.write(durably: false) { db in
            try beginNextAttended(in: conversation, at: now, db)
        }
    }

    /// Begins the oldest background turn whose conversation is free.
    /// - Parameter enabledOnly: Leaves turns in the queue whose agent is disabled.
    func claimBackground(enabledOnly: Bool = false) async throws -> StoredTurn? {
        guard store.isWritable else { return nil }
        let now = store.now()
        return try await store.write(durably: false) { db in
            try StoredTurn.nextInBackground(enabledOnly: enabledOnly, db).map {
                try begin($0, at: now, in: db)
            }
        }
    }

    /// Finishes a turn and begins the next attended one of its conversation. Leaves a turn as it is that has finished already.
    /// - Parameters:
    ///   - keepsInput: Whether the person's message stays in the conversation.
    ///   - beginsNext: Whether another turn may begin.
    func finish(
        _ turn: StoredTurn, with result: TurnResult, keepsInput: Bool = true, beginsNext: Bool
    ) async throws -> FinishOutcome {
        let now = store.now()
        return try await store.write { db in
            var outcome = FinishOutcome()
            if let current = try StoredTurn.with(id: turn.id, in: db), !current.state.isFinished {
                outcome.answer = try current.finish(with: result, keepsInput: keepsInput, at: now, in: db)
            }
            guard beginsNext else { return outcome }
            outcome.successor = try beginNextAttended(in: turn.conversationId, at: now, db)
            outcome.hasBackgroundQueue = try StoredTurn.isAnyQueuedInBackground(db)
            return outcome
        }
    }

    /// Finishes the background turns of a conversation that are still queued.
    /// - Returns: Those turns, and the ones of this server that have begun, or are attended, and are not finished.
    func interruptQueued(in conversation: Int64) async throws -> (
        finished: [StoredTurn], others: [StoredTurn]
    ) {
        let now = store.now()
        return try await store.write { db in
            let unfinished = try StoredTurn.unfinished(in: conversation, db)
            let queued = unfinished.filter { $0.state == .queued && $0.mode == .background }
            for turn in queued {
                try turn.finish(with: TurnResult(state: .interrupted), keepsInput: true, at: now, in: db)
            }
            let others = unfinished.filter { turn in
                turn.owner == owner && !queued.contains { $0.id == turn.id }
            }
            return (queued, others)
        }
    }

    /// Puts a running turn back into the queue as if it had never begun.
    func handBack(_ turn: StoredTurn) async throws {
        try await store.write { db in
            guard let current = try StoredTurn.with(id: turn.id, in: db), current.state == .running else {
                return
            }
            try current.requeue(attempts: max(0, current.attempts - 1), in: db)
        }
    }

    /// Settles the turns of servers that are gone. A background turn is queued again, and fails the second time; an attended one fails,
    /// since its client is gone too.
    func recover(isGone: @Sendable (_ owner: String) -> Bool) async throws {
        let owned = try await store.read { db in try StoredTurn.allOwned(db) }
        let gone = Set(owned.map(\.owner)).filter(isGone)
        guard !gone.isEmpty, store.isWritable else { return }
        let now = store.now()
        try await store.write { db in
            for turn in owned where gone.contains(turn.owner) {
                guard let current = try StoredTurn.with(id: turn.id, in: db), current.state == turn.state,
                    current.owner == turn.owner
                else { continue }
                try Self.recover(current, at: now, in: db)
            }
        }
    }

    private static func recover(_ turn: StoredTurn, at now: Date, in db: Database) throws {
        if turn.mode == .background, turn.attempts < maxAttempts {
            return try turn.requeue(attempts: turn.attempts, in: db)
        }
        let failure =
            turn.mode == .background
            ? "The server stopped twice while this was running, so it is not begun again."
            : "The server stopped before the reply was finished."
        try turn.finish(
            with: TurnResult(state: .failed, failure: failure), keepsInput: true, at: now, in: db)
    }

    private func beginNextAttended(
        in conversation: Int64, at now: Date, _ db: Database
    ) throws -> StoredTurn? {
        guard let next = try StoredTurn.current(in: conversation, db), next.state == .queued,
            next.mode == .attended, next.owner == owner
        else { return nil }
        return try begin(next, at: now, in: db)
    }

    /// The most characters of a conversation's title, which is taken from its first message.
    private static let titleLength = 60

    private func begin(_ turn: StoredTurn, at now: Date, in db: Database) throws -> StoredTurn {
        try turn.begin(
            owner: owner, title: Title.firstWords(of: turn.input, limit: Self.titleLength), at: now, in: db)
    }
}
