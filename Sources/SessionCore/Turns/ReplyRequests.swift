/// The open requests of turns: replies that stream in, and messages on their way to run in the background. No more than one for
/// each turn.
struct ReplyRequests {
    /// What is left of a request that was closed.
    struct Rest {
        /// What has arrived and is not stored yet.
        var delta: ReplyDelta
        /// Whether the agent has asked something.
        var asks: Bool
        /// Whether the reply was longer than its limit.
        var isFull: Bool
        var account: AccountName
    }

    private struct Entry {
        var attempt: TurnAttempt
        var account: AccountName
        var work: Task<Void, Never>
        /// Of a streamed reply; nil for a message on its way to run in the background.
        var buffer: ReplyBuffer?
        var assembly: ReplyAssembly
    }

    private let limits: ReplyLimits

    init(limits: ReplyLimits) { self.limits = limits }

    private var entries: [Turn.ID: Entry] = [:]

    var isEmpty: Bool { entries.isEmpty }
    var turns: [Turn.ID] { Array(entries.keys) }
    var attempts: [TurnAttempt] { entries.values.map(\.attempt) }
    /// The turns whose reply streams.
    var streamingTurns: [Turn.ID] { entries.filter { $0.value.buffer != nil }.map(\.key) }

    /// Sends a message and receives its reply: `.arrived` for what gathers, and `.replied` at the end.
    mutating func openStream(
        _ outgoing: OutgoingTurn, to service: any AgentService,
        post: @escaping @Sendable (ManagerInput) -> Void
    ) {
        let attempt = TurnAttempt(outgoing.turn)
        let buffer = ReplyBuffer { post(.arrived(attempt)) }
        let work = Task {
            let result = await ServiceError.catching {
                try await service.reply(to: outgoing.request) { try await buffer.put($0) }
            }
            post(.replied(attempt, result))
        }
        entries[attempt.turn] = Entry(
            attempt: attempt, account: outgoing.account, work: work, buffer: buffer,
            assembly: ReplyAssembly(limits: limits))
    }

    /// Sends a message to run in the background: `.begun` when the service has it.
    mutating func beginBackground(
        _ outgoing: OutgoingTurn, at service: any AgentService,
        post: @escaping @Sendable (ManagerInput) -> Void
    ) {
        let attempt = TurnAttempt(outgoing.turn)
        let work = Task {
            post(.begun(attempt, await ServiceError.catching { try await service.begin(outgoing.request) }))
        }
        entries[attempt.turn] = Entry(
            attempt: attempt, account: outgoing.account, work: work, assembly: ReplyAssembly(limits: limits))
    }

    /// What has gathered of a streamed reply; nil if its request is not open.
    mutating func drain(_ attempt: TurnAttempt) -> ReplyDelta? {
        guard entries[attempt.turn]?.attempt == attempt,
            let events = entries[attempt.turn]?.buffer?.drain()
        else { return nil }
        // In place: a copy of the assembly would copy the reply.
        return entries[attempt.turn]?.assembly.append(events)
    }

    /// Whether a streamed reply has reached its limit.
    func isFull(_ attempt: TurnAttempt) -> Bool { entries[attempt.turn]?.assembly.isFull ?? false }

    /// Ends a request from our side.
    /// - Returns: nil if it is not open.
    mutating func close(_ attempt: TurnAttempt) -> Rest? {
        entries[attempt.turn]?.attempt == attempt ? close(attempt.turn) : nil
    }

    mutating func close(_ turn: Turn.ID) -> Rest? {
        guard var entry = entries.removeValue(forKey: turn) else { return nil }
        entry.work.cancel()
        entry.buffer?.close()
        let delta = entry.assembly.append(entry.buffer?.drain() ?? [])
        return Rest(
            delta: delta, asks: entry.assembly.asks, isFull: entry.assembly.isFull, account: entry.account)
    }
}
