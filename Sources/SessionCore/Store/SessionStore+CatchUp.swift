import Foundation
import GRDB

extension SessionStore {
    /// Stores what a service's newest messages hold behind what is here: what was said elsewhere. Only where they certainly go on
    /// from the last message that is here. A message of which nobody knew whether it had arrived, and that is among them,
    /// has arrived.
    func catchUp(
        with newest: [RemoteMessage], at place: HistoryPlace, now: Date
    ) async throws -> [SessionEvent] {
        let id = place.conversation.task
        return try await write { db in
            guard try db.task(id)?.serviceID != nil else { return [] }
            let last = try db.lastTurn(of: id)
            guard last?.state.isSettled ?? true else { return [] }
            let doubtful = last?.state == .unconfirmed ? last : nil
            let here = try db.lastWords(of: id, before: doubtful?.message)
            guard
                let start = HistoryAlignment.continuation(
                    of: newest.map { HistoryAlignment.Words($0.role, $0.text) }, after: here)
            else { return [] }
            var new = try newest[start...].filter { try !db.isKnown($0, in: id) }[...]
            var events: [SessionEvent] = []
            if let doubtful {
                guard try db.hasArrived(doubtful, as: new.first) else { return [] }
                events += try db.confirm(doubtful, answeredBy: new.dropFirst().first, at: now)
                new = new.dropFirst().drop { $0.role == .agent }
            }
            for remote in new {
                let message = Message(remote, id: try db.nextMessageID(), task: id, at: now)
                try db.insert(message)
                events.append(.message(message))
            }
            guard !events.isEmpty else { return [] }
            try db.touch(id, at: new.last?.at ?? now)
            return try events + db.changed(id)
        }
    }
}

extension Turn.State {
    /// Whether the service's history is known to hold what is here of the turn, or whether it does is the question.
    fileprivate var isSettled: Bool { self == .done || self == .waiting || self == .unconfirmed }
}

extension Message {
    init(_ remote: RemoteMessage, id: ID, task: ChatTask.ID, turn: Turn.ID? = nil, at now: Date) {
        self.init(
            id: id, task: task, turn: turn, role: remote.role, text: remote.text.storable,
            at: remote.at ?? now,
            serviceID: remote.serviceID, extras: remote.extras)
    }
}

extension Database {
    fileprivate func lastTurn(of id: ChatTask.ID) throws -> Turn? {
        try Row.fetchOne(
            self, sql: "SELECT * FROM turn WHERE task = ? ORDER BY id DESC LIMIT 1", arguments: [id.rawValue]
        ).map(Turn.init(row:))
    }

    /// The last messages that are here, oldest first.
    fileprivate func lastWords(of id: ChatTask.ID, before end: Message.ID?) throws -> [HistoryAlignment.Words]
    {
        try Row.fetchAll(
            self, sql: Self.messageQuery("<", "DESC"), arguments: [id.rawValue, end ?? .max, 10]
        ).reversed().map { HistoryAlignment.Words($0.word("role", else: .agent), $0["text"]) }
    }

    fileprivate func hasArrived(_ turn: Turn, as remote: RemoteMessage?) throws -> Bool {
        guard let remote, let said = try message(turn.message) else { return false }
        return HistoryAlignment.Words(remote.role, remote.text)
            == HistoryAlignment.Words(said.role, said.text)
    }

    /// A message that has arrived after all, with what was answered to it.
    fileprivate func confirm(
        _ doubtful: Turn, answeredBy answer: RemoteMessage?, at now: Date
    ) throws -> [SessionEvent] {
        var machine = TurnMachine(doubtful)
        guard machine.handle(.found, at: now) != nil else { return [] }
        var turn = machine.turn
        var events: [SessionEvent] = []
        if let answer, answer.role == .agent {
            let reply = Message(answer, id: turn.message + 1, task: turn.task, turn: turn.id, at: now)
            try insert(reply)
            turn.reply = reply.id
            events.append(.message(reply))
        }
        try update(turn, owner: nil)
        return events + [.turn(turn)]
    }
}
