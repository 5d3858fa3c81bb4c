import Foundation
import GRDB

/// Where the history of a task goes on at the service.
struct HistoryPlace: Sendable {
    var account: AccountName
    var conversation: Conversation
    /// What asks for the next page back; nil for the newest.
    var page: String?
}

extension SessionStore {
    /// Creates the tasks of this page of a listing that are not here yet, and were not deleted here.
    /// - parameter count: how many were listed before it.
    func add(
        _ listed: [RemoteTask], of account: AccountName, mode: Turn.Mode, behind count: Int = 0, at now: Date
    ) async throws -> [SessionEvent] {
        try await write { db in
            var events: [SessionEvent] = []
            for (index, remote) in listed.enumerated() where try !db.knows(remote, of: account) {
                // A listing without times is in the service's order, most recent first.
                let at = remote.updatedAt ?? now.addingTimeInterval(-Double(count + index) / 1000)
                let task = ChatTask(
                    id: .random(), account: account, agent: remote.agent, serviceID: remote.serviceID,
                    title: taskTitle(from: remote.title, limit: 120), createdAt: at, updatedAt: at, mode: mode
                )
                try db.insert(task)
                events += try db.changed(task.id)
            }
            return events
        }
    }

    /// Where the service goes on, further back than the first message that is here; nil if that is where the conversation begins.
    func earlierHistory(of id: ChatTask.ID) async throws -> HistoryPlace? {
        try await read { db in
            guard let task = try db.task(id), task.serviceID != nil,
                let cursor = try db.historyCursor(of: id), !cursor.isAtBeginning
            else { return nil }
            return HistoryPlace(
                account: task.account, conversation: Conversation(task), page: cursor.page)
        }
    }

    /// Stores a page of a service's history in front of what is here, as far as it is not here yet. It counts as read.
    /// - parameter place: where it was asked for. If that is not where the history goes on any more, another program has
    ///   stored it.
    func add(
        _ page: Page<RemoteMessage>, at place: HistoryPlace, now: Date
    ) async throws -> [SessionEvent] {
        let id = place.conversation.task
        return try await write { db in
            guard let task = try db.task(id),
                let cursor = try db.historyCursor(of: id), !cursor.isAtBeginning, cursor.page == place.page
            else { return [] }
            let new = try db.unknown(page.elements, in: id)
            let count = Int64(new.count)
            let end = try Int64.fetchOne(
                db, sql: "UPDATE counter SET next = next - ? WHERE name = 'old' RETURNING next",
                arguments: [count])
            guard let end else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
            for (index, remote) in new.enumerated() {
                try db.insert(
                    Message(
                        id: end + 1 + Int64(index), task: id, role: remote.role, text: remote.text,
                        at: remote.at ?? task.createdAt, serviceID: remote.serviceID, extras: remote.extras))
            }
            if task.title.isEmpty, let first = new.first(where: { $0.role == .user }) {
                try db.setProvisionalTitle(id, taskTitle(from: first.text))
            }
            // A service that gives the same page for ever has no more.
            let next = page.next == place.page ? nil : page.next
            try db.execute(
                sql: """
                    UPDATE task SET history_page = ?1, history_is_known = 1,
                        last_read = max(coalesce(last_read, ?2), ?2) WHERE id = ?3
                    """, arguments: [next, end + count, id.rawValue])
            return try db.changed(id)
        }
    }

    /// Keeps a number for a message that is to stand before everything said from now on.
    func reserveMessageID() async throws -> Message.ID {
        try await write { try $0.nextMessageID() }
    }

    /// Stores what a service says when a conversation is opened.
    func welcome(
        _ id: ChatTask.ID, with delta: ReplyDelta, as message: Message.ID, at now: Date
    ) async throws -> [SessionEvent] {
        try await write { db in
            guard try db.task(id) != nil else { return [] }
            if let serviceID = delta.serviceID { try db.setServiceID(id, serviceID) }
            if let title = delta.title { try db.setProvisionalTitle(id, taskTitle(from: title, limit: 120)) }
            var events: [SessionEvent] = []
            if delta.hasContent {
                try db.insert(Message(id: message, task: id, welcoming: delta, at: now))
                events += try db.message(message).map { [.message($0)] } ?? []
            }
            return try events + db.changed(id)
        }
    }
}

extension Message {
    fileprivate init(id: ID, task: ChatTask.ID, welcoming delta: ReplyDelta, at now: Date) {
        let text =
            switch delta.text {
            case .none: ""
            case .append(let text, _), .replace(let text): text
            }
        self.init(
            id: id, task: task, role: .agent, text: text, at: now, serviceID: delta.messageID,
            extras: Extras(
                suggestions: delta.suggestions ?? [], cards: delta.cards ?? [], steps: delta.steps))
    }
}

extension Database {
    /// Where the history of a task goes on.
    fileprivate func historyCursor(of id: ChatTask.ID) throws -> (page: String?, isAtBeginning: Bool)? {
        try Row.fetchOne(
            self, sql: "SELECT history_page, history_is_known FROM task WHERE id = ?",
            arguments: [id.rawValue]
        ).map { row in
            let page: String? = row["history_page"]
            return (page, row["history_is_known"] && page == nil)
        }
    }

    /// Whether a message of a history is here by its id.
    func isKnown(_ remote: RemoteMessage, in id: ChatTask.ID) throws -> Bool {
        guard let serviceID = remote.serviceID else { return false }
        return try Row.fetchOne(
            cachedStatement(sql: "SELECT 1 FROM message WHERE task = ? AND service_id = ? LIMIT 1"),
            arguments: [id.rawValue, serviceID]) != nil
    }

    /// The messages of a history that are not here.
    fileprivate func unknown(_ history: [RemoteMessage], in id: ChatTask.ID) throws -> [RemoteMessage] {
        let new = try history.filter { try !isKnown($0, in: id) }
        // Behind history that has been stored nothing was said here.
        let here = try Row.fetchAll(
            self, sql: "SELECT id, role, text FROM message WHERE task = ? ORDER BY id LIMIT 1000",
            arguments: [id.rawValue])
        guard let first = here.first, first["id"] > 0 else { return new }
        let overlap = HistoryAlignment(
            of: new.map { HistoryAlignment.Words($0.role, $0.text) },
            with: here.map { HistoryAlignment.Words($0.word("role", else: .agent), $0["text"]) })
        return overlap.start.map { Array(new[..<$0]) } ?? new
    }

    fileprivate func knows(_ remote: RemoteTask, of account: AccountName) throws -> Bool {
        try Bool.fetchOne(
            self,
            sql: """
                SELECT EXISTS (SELECT 1 FROM task WHERE account = ?1 AND service_id = ?2)
                    OR EXISTS (SELECT 1 FROM forgotten WHERE account = ?1 AND service_id = ?2)
                """, arguments: [account, remote.serviceID]) ?? false
    }
}
