import Foundation
import GRDB

extension SessionStore {
    /// A page of a task's messages. It costs the same however many there are.
    public func page(_ request: PageRequest) async throws -> MessagePage {
        try await read { try $0.page(request) }
    }

    /// The last messages of a task, oldest first, each cut after some hundred characters.
    func preview(of task: ChatTask.ID) async throws -> [Message] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT id, task, turn, role, substr(text, 1, 400) AS text, at, service_id, state,
                        NULL AS suggestions, NULL AS cards
                    FROM message WHERE task = ? ORDER BY id DESC LIMIT 3
                    """, arguments: [task.rawValue]
            ).reversed().map(Message.init(row:))
        }
    }
}

extension Database {
    /// The messages of a task on one side of a message, nearest first.
    static func messageQuery(_ comparison: String, _ order: String) -> String {
        "SELECT * FROM message WHERE task = ? AND id \(comparison) ? ORDER BY id \(order) LIMIT ?"
    }

    func page(_ request: PageRequest) throws -> MessagePage {
        let limit = max(1, request.limit)
        let rows: [Row]
        switch request.place {
        case .newest: rows = try earlier(request.task, "<=", .max, limit)
        case .before(let id): rows = try earlier(request.task, "<", id, limit)
        case .after(let id): rows = try later(request.task, ">", id, limit)
        case .around(let id):
            let before = try earlier(request.task, "<", id, limit / 2)
            rows = try before + later(request.task, ">=", id, limit - before.count)
        }
        let messages = try messages(rows)
        return MessagePage(
            request: request, messages: messages, turns: try turns(of: messages),
            hasEarlier: try has(request.task, "<", messages.first?.id, request.place),
            hasLater: try has(request.task, ">", messages.last?.id, request.place))
    }

    /// The most bytes of text in a page, save that it always has the message that it was requested at, or next to.
    private static let mostBytes = 16 << 20

    private func earlier(
        _ task: ChatTask.ID, _ comparison: String, _ id: Message.ID, _ limit: Int
    ) throws -> [Row] {
        try rows(Self.messageQuery(comparison, "DESC"), [task.rawValue, id, limit]).reversed()
    }

    private func later(
        _ task: ChatTask.ID, _ comparison: String, _ id: Message.ID, _ limit: Int
    ) throws -> [Row] {
        try rows(Self.messageQuery(comparison, "ASC"), [task.rawValue, id, limit])
    }

    private func rows(_ query: String, _ arguments: StatementArguments) throws -> [Row] {
        var rows: [Row] = []
        var bytes = 0
        let cursor = try Row.fetchCursor(self, sql: query, arguments: arguments)
        while bytes < Self.mostBytes, let row = try cursor.next() {
            bytes += try row.withUnsafeData(named: "text") { $0?.count ?? 0 }
            rows.append(row.copy())
        }
        return rows
    }

    /// Whether anything lies beyond this message; for an empty page, beyond the place that was requested.
    private func has(
        _ task: ChatTask.ID, _ side: String, _ edge: Message.ID?, _ place: PageRequest.Place
    ) throws -> Bool {
        let (comparison, id): (String, Message.ID)
        switch (edge, place) {
        case (let edge?, _): (comparison, id) = (side, edge)
        case (nil, .newest): return false
        // An empty page: the message that it was requested before or after is on the other side.
        case (nil, .before(let place)): (comparison, id) = (side == "<" ? side : ">=", place)
        case (nil, .after(let place)): (comparison, id) = (side == ">" ? side : "<=", place)
        case (nil, .around(let place)): (comparison, id) = (side, place)
        }
        return try Bool.fetchOne(
            self, sql: "SELECT EXISTS (SELECT 1 FROM message WHERE task = ? AND id \(comparison) ?)",
            arguments: [task.rawValue, id]) ?? false
    }

    private func turns(of messages: [Message]) throws -> [Turn] {
        let ids = Set(messages.compactMap(\.turn)).sorted()
        return try ids.compactMap(turn)
    }
}
