import Foundation

/// Turns of which something could not be stored: what it is, in one piece for each turn, and how they look with it. Pure.
struct UnstoredTurns {
    struct Entry {
        /// Everything that is to be stored.
        var change: TurnChange
        /// The turn as it will be stored; nil if the store could not be read.
        var turn: Turn?
        /// The turn as it was emitted: one that has ended well does not count as done before it is stored.
        var shown: Turn?
        /// The reply so far; nil if nothing of it has arrived.
        var reply: Message?
        /// What did not wait for the store.
        var performed: [TurnMachine.Action] = []
    }

    private var entries: [Turn.ID: Entry] = [:]

    var isEmpty: Bool { entries.isEmpty }
    /// Oldest first.
    var ids: [Turn.ID] { entries.keys.sorted() }
    /// The turns that something has happened to, as they will be stored.
    var advanced: [Turn] {
        entries.values.filter { $0.change.event != nil }.compactMap(\.turn).sorted { $0.id < $1.id }
    }

    subscript(turn: Turn.ID) -> Entry? { entries[turn] }

    func contains(_ turn: Turn.ID) -> Bool { entries[turn] != nil }

    mutating func remove(_ turn: Turn.ID) { entries[turn] = nil }

    mutating func remove(turnsOf task: ChatTask.ID) {
        entries = entries.filter { $0.value.turn?.task != task }
    }

    /// Begins to keep what is new of a turn.
    /// - Parameters:
    ///   - turn: as the store has it; nil if that cannot be read.
    ///   - reply: what the store has of the reply.
    mutating func open(_ id: Turn.ID, _ turn: Turn?, reply: Message?) {
        let change = TurnChange(id, nil, generation: turn?.generation)
        entries[id] = Entry(change: change, turn: turn, shown: turn, reply: reply)
    }

    /// Keeps a change behind those before.
    /// - Returns: what is emitted, and the actions that do not wait for the store; nil if the change came too late.
    mutating func keep(
        _ change: TurnChange, at now: Date
    ) -> (events: [SessionEvent], actions: [TurnMachine.Action])? {
        // Taken out, so that texts grow in place.
        guard var entry = entries.removeValue(forKey: change.turn) else { return nil }
        defer { entries[change.turn] = entry }
        return entry.keep(change, at: now)
    }

    /// A page as it looks with what is kept.
    func overlaid(_ page: MessagePage) -> MessagePage {
        var page = page
        for entry in entries.values where entry.turn?.task == page.request.task {
            if let turn = entry.shown, let index = page.turns.firstIndex(where: { $0.id == turn.id }) {
                page.turns[index] = turn
            }
            guard let reply = entry.reply else { continue }
            if let index = page.messages.firstIndex(where: { $0.id == reply.id }) {
                page.messages[index] = reply
            } else if let before = page.messages.lastIndex(where: { $0.id < reply.id }),
                before < page.messages.count - 1 || !page.hasLater
            {
                page.messages.insert(reply, at: before + 1)
            }
        }
        return page
    }
}

extension UnstoredTurns.Entry {
    fileprivate mutating func keep(
        _ new: TurnChange, at now: Date
    ) -> (events: [SessionEvent], actions: [TurnMachine.Action])? {
        guard new.generation == nil || change.generation == nil || new.generation == change.generation else {
            return nil
        }
        change.generation = change.generation ?? new.generation
        guard let turn else {
            change.delta = change.delta.merged(with: new.delta)
            change.event = new.event ?? change.event
            return ([], [])
        }
        var events: [SessionEvent] = []
        if let delta = new.delta, !delta.isEmpty, turn.isOpen { events += add(delta, to: turn, at: now) }
        guard let event = new.event else { return (events, []) }
        guard let actions = advance(by: event, at: now) else { return nil }
        // That it has stopped is shown at once: the person has asked for it.
        if event == .stop, let turn = self.turn {
            shown = turn
            events.append(.turn(turn))
        }
        return (events, actions)
    }

    private mutating func add(_ delta: ReplyDelta, to turn: Turn, at now: Date) -> [SessionEvent] {
        var turn = turn
        var events: [SessionEvent] = []
        turn.accept(at: now)
        if delta.hasContent { events += show(delta, in: &turn, at: now) }
        change.delta = change.delta.merged(with: delta)
        if turn != self.turn {
            (self.turn, shown) = (turn, turn)
            events.append(.turn(turn))
        }
        return events
    }

    private mutating func show(_ delta: ReplyDelta, in turn: inout Turn, at now: Date) -> [SessionEvent] {
        let isNew = reply == nil
        var message =
            reply
            ?? Message(
                id: Turn.replyID(of: turn.message), task: turn.task, turn: turn.id, role: .agent, text: "",
                at: now,
                state: .streaming)
        reply = nil
        message.add(delta)
        turn.reply = message.id
        reply = message
        let additions = isNew ? nil : delta.additions(to: message.id, in: message.task)
        return additions ?? [.message(message)]
    }

    private mutating func advance(by event: TurnMachine.Event, at now: Date) -> [TurnMachine.Action]? {
        guard let turn else { return [] }
        var machine = TurnMachine(turn)
        guard let actions = machine.handle(event, at: now) else { return nil }
        self.turn = machine.turn
        change.event = event
        let immediate = actions.filter(\.isImmediate)
        performed += immediate
        return immediate
    }
}

extension ReplyDelta? {
    fileprivate func merged(with later: ReplyDelta?) -> ReplyDelta? {
        guard var delta = self else { return later }
        if let later { delta.merge(later) }
        return delta
    }
}

extension TurnMachine.Action {
    /// Whether it is done even if the turn cannot be stored.
    fileprivate var isImmediate: Bool {
        switch self {
        case .close, .interrupt, .stopPolling: true
        case .poll, .settle, .departNext, .returnQueue, .waitWhileBusy: false
        }
    }
}
