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
    /// Creates the tasks of this listing that are not here yet, and were not deleted here.
    /// - returns: whether there were any.
    func add(_ listed: [RemoteTask], of account: AccountName, mode: Turn.Mode, at now: Date) async throws
        -> Bool
    {
        try await write { db in
            var isNew = false
            for (index, remote) in listed.enumerated() where try !db.knows(remote, of: account) {
                // A listing without times is in the service's order, most recent first.
                let at = remote.updatedAt ?? now.addingTimeInterval(-Double(index) / 1000)
                try db.insert(
                    ChatTask(
                        id: .random(), account: account, agent: remote.agent, serviceID: remote.serviceID,
                        title: taskTitle(from: remote.title, limit: 120), createdAt: at, updatedAt: at,
                        mode: mode))
                isNew = true
            }
            return isNew
        }
    }

    /// What is to be fetched before a page is shown: of a task of which nothing is here, or where the page goes back to before
    /// what is here. nil if the service has no more.
    func missingHistory(for page: MessagePage) async throws -> HistoryPlace? {
        switch page.request.place {
        case .newest: guard page.messages.isEmpty else { return nil }
        case .before: guard page.messages.count < page.request.limit else { return nil }
        case .after, .around: return nil
        }
        return try await read { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT history_page, history_is_known FROM task WHERE id = ?",
                arguments: [page.request.task.rawValue])
            guard let row, let task = try db.task(page.request.task), task.serviceID != nil else {
                return nil
            }
            let isKnown: Bool = row["history_is_known"]
            let next: String? = row["history_page"]
            guard isKnown ? next != nil : page.request.place == .newest else { return nil }
            return HistoryPlace(account: task.account, conversation: Conversation(task), page: next)
        }
    }

    /// Stores a page of a service's history in front of what is here. It counts as read.
    func add(
        _ page: Page<RemoteMessage>, to id: ChatTask.ID, at now: Date
    ) async throws -> [SessionEvent] {
        try await write { db in
            guard let task = try db.task(id) else { return [] }
            let count = Int64(page.elements.count)
            let end = try Int64.fetchOne(
                db, sql: "UPDATE counter SET next = next - ? WHERE name = 'old' RETURNING next",
                arguments: [count])
            guard let end else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
            for (index, remote) in page.elements.enumerated() {
                try db.insert(
                    Message(
                        id: end + 1 + Int64(index), task: id, role: remote.role, text: remote.text,
                        at: remote.at ?? task.updatedAt, serviceID: remote.serviceID, extras: remote.extras))
            }
            try db.execute(
                sql: """
                    UPDATE task SET history_page = ?, history_is_known = 1,
                        last_read = max(coalesce(last_read, ?2), ?2) WHERE id = ?3
                    """, arguments: [page.next, end + count, id.rawValue])
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
    fileprivate func knows(_ remote: RemoteTask, of account: AccountName) throws -> Bool {
        try Bool.fetchOne(
            self,
            sql: """
                SELECT EXISTS (SELECT 1 FROM task WHERE account = ?1 AND service_id = ?2)
                    OR EXISTS (SELECT 1 FROM forgotten WHERE account = ?1 AND service_id = ?2)
                """, arguments: [account, remote.serviceID]) ?? false
    }
}
