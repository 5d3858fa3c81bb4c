import Foundation
import GRDB
import Timing

extension ChatTask {
    /// The columns that ``init(row:)`` reads, for `FROM task`. Computed are the state of the last turn that has left the
    /// queue, and its id; whether a queue waits, and how many whole answers lie after the last one that was read (up to
    /// ``unreadLimit``).
    static let columns = """
        task.*,
        (SELECT state FROM turn WHERE turn.task = task.id AND state <> 'queued' ORDER BY id DESC LIMIT 1)
            AS last_state,
        (SELECT max(id) FROM turn WHERE turn.task = task.id AND state <> 'queued') AS last_turn,
        EXISTS (SELECT 1 FROM turn WHERE turn.task = task.id AND state = 'queued' AND ended_at IS NULL) AS has_queue,
        (SELECT count(*) FROM (
            SELECT 1 FROM message WHERE message.task = task.id AND role = 'agent' AND state <> 'streaming'
                AND message.id > coalesce(task.last_read, \(Int64.min + 1)) LIMIT \(unreadLimit)
        )) AS unread
        """

    init(row: Row) {
        self.init(
            id: ID(rawValue: row["id"]), account: row["account"],
            agent: Agent(id: row["agent_id"], name: row["agent_name"]), serviceID: row["service_id"],
            serviceIDIsPending: row["service_id_is_pending"], title: row["title"],
            titleIsProvisional: row["title_is_provisional"],
            state: State(
                last: (row["last_state"] as String?).flatMap(Turn.State.init(rawValue:)),
                hasQueue: row["has_queue"]),
            createdAt: row.date("created_at"), updatedAt: row.date("updated_at"),
            lastTurn: row["last_turn"], draft: Draft(text: row["draft"], cursor: row["draft_cursor"]),
            mode: row.word("mode", else: .streamed), lastRead: row["last_read"], unread: row["unread"],
            isPinned: row["is_pinned"], isArchived: row["is_archived"],
            deletedAt: row.optionalDate("deleted_at"),
            origin: (row["origin"] as String?).map(ID.init(rawValue:)), revision: row["revision"])
    }
}

extension SessionStore {
    /// The tasks, most recent first.
    /// - Parameter includingDeleted: whether those that were deleted and can be taken back are among them.
    public func tasks(
        includingArchived: Bool = false, includingDeleted: Bool = false
    ) async throws -> [ChatTask] {
        let conditions: [String] =
            (includingArchived ? [] : ["is_archived = 0"]) + (includingDeleted ? [] : ["deleted_at IS NULL"])
        let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
        return try await read { try $0.tasks(condition, []) }
    }

    public func task(_ id: ChatTask.ID) async throws -> ChatTask? {
        try await read { try $0.task(id) }
    }

    /// The task with this id, the only one whose id begins so, or the only one with this title (in any case). One that was deleted is
    /// not found.
    /// - Throws: ``TaskLookupError``
    public func task(matching name: String) async throws -> ChatTask {
        let found = try await read { db in
            let start = name.lowercased()
            let byID = try db.tasks(
                "deleted_at IS NULL AND id >= ? AND id < ?", [start, start + "\u{10FFFF}"])
            if let exact = byID.first(where: { $0.id.rawValue == start }) { return [exact] }
            let titles = try db.tasks(
                "deleted_at IS NULL AND lower(title) = lower(?) AND id NOT IN (\(byID.placeholders))",
                StatementArguments([name] + byID.map(\.id.rawValue)))
            return start.isEmpty ? titles : byID + titles
        }
        switch found.count {
        case 0: throw TaskLookupError.none(name)
        case 1: return found[0]
        default: throw TaskLookupError.ambiguous(name, found)
        }
    }

    /// What has changed since a place in the store's changes; it costs nothing when that is nothing.
    func changes(since place: ChangePlace) async throws -> StoreChanges {
        try await read { db in
            let now = try db.changePlace()
            let tasks = now == place ? [] : try db.tasks("revision > ?", [place.revision])
            return StoreChanges(tasks: tasks, hasRemovals: now.removals != place.removals, place: now)
        }
    }

    /// Where the store's changes have got to.
    func changePlace() async throws -> ChangePlace { try await read { try $0.changePlace() } }

    /// Whether the service may remember more of a task than is here.
    public func lacksHistory(of id: ChatTask.ID) async throws -> Bool {
        try await historyCursor(of: id).flatMap { HistoryPlace($0.task, at: $0.cursor) } != nil
    }

    /// Where the service's history of a task goes on; nil if the task is not here.
    func historyCursor(of id: ChatTask.ID) async throws -> (task: ChatTask, cursor: HistoryCursor)? {
        try await read { db in
            guard let task = try db.task(id), let cursor = try db.historyCursor(of: id) else { return nil }
            return (task, cursor)
        }
    }
}

/// A place in the order of all changes of tasks, by any process.
struct ChangePlace: Hashable, Sendable {
    /// The highest ``ChatTask/revision``.
    var revision: Int64 = 0
    /// How many tasks have been removed.
    var removals: Int64 = 0
}

/// What has changed in the store since a place, by whichever process.
struct StoreChanges: Sendable {
    /// New tasks, and those that have changed.
    var tasks: [ChatTask]
    /// Whether any task was removed.
    var hasRemovals: Bool
    /// From where to look the next time.
    var place: ChangePlace
}

/// Where a service's history of a task goes on, further back than what is here.
struct HistoryCursor: Hashable, Sendable {
    /// What asks for the next page back; nil for the newest, or if there is none.
    var page: String?
    /// Whether all of it is here.
    var isAtBeginning: Bool
}

// MARK: Reading

extension Database {
    func task(_ id: ChatTask.ID) throws -> ChatTask? {
        try Row.fetchOne(
            self, sql: "SELECT \(ChatTask.columns) FROM task WHERE id = ?", arguments: [id.rawValue]
        ).map(ChatTask.init(row:))
    }

    /// The tasks that meet an SQL condition, most recent first.
    func tasks(_ condition: String, _ arguments: StatementArguments) throws -> [ChatTask] {
        try Row.fetchAll(
            self,
            sql: "SELECT \(ChatTask.columns) FROM task WHERE \(condition) ORDER BY updated_at DESC, id",
            arguments: arguments
        ).map(ChatTask.init(row:))
    }

    /// Whether a conversation of a service is here, or was deleted here.
    func knowsConversation(_ serviceID: String, of account: AccountName) throws -> Bool {
        try Bool.fetchOne(
            self,
            sql: """
                SELECT EXISTS (SELECT 1 FROM task WHERE account = ?1 AND service_id = ?2)
                    OR EXISTS (SELECT 1 FROM forgotten WHERE account = ?1 AND service_id = ?2)
                """, arguments: [account, serviceID]) ?? false
    }

    func changePlace() throws -> ChangePlace {
        let next = try Row.fetchAll(
            cachedStatement(sql: "SELECT name, next FROM counter WHERE name IN ('revision', 'removals')"))
        var place = ChangePlace()
        for row in next {
            if row["name"] == "revision" {
                place.revision = row["next"]
            } else {
                place.removals = row["next"]
            }
        }
        return place
    }

    func historyCursor(of id: ChatTask.ID) throws -> HistoryCursor? {
        try Row.fetchOne(
            self, sql: "SELECT history_page, history_is_known FROM task WHERE id = ?",
            arguments: [id.rawValue]
        ).map { row in
            let page: String? = row["history_page"]
            return HistoryCursor(page: page, isAtBeginning: row["history_is_known"] && page == nil)
        }
    }
}

// MARK: Writing

extension Database {
    /// - Parameter beginsHere: whether the service has no earlier history of it.
    func insert(_ task: ChatTask, beginsHere: Bool) throws {
        try execute(
            sql: """
                INSERT INTO task (id, account, agent_id, agent_name, service_id, title, title_is_provisional,
                    created_at, updated_at, draft, draft_cursor, mode, last_read, is_pinned, is_archived,
                    history_is_known, origin)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                task.id.rawValue, task.account, task.agent.id, task.agent.name, task.serviceID,
                task.title.storable, task.titleIsProvisional, task.createdAt.milliseconds,
                task.updatedAt.milliseconds, task.draft.text.storable, task.draft.cursor, task.mode.rawValue,
                task.lastRead, task.isPinned, task.isArchived, beginsHere, task.origin?.rawValue,
            ])
    }

    /// Deletes the task with all it holds, and remembers that a service may go on listing it.
    /// - Parameter isOwed: whether the service is to delete it too.
    func delete(_ task: ChatTask, isOwed: Bool) throws {
        if let serviceID = task.serviceID {
            try execute(
                sql: "INSERT OR REPLACE INTO forgotten (account, service_id, agent) VALUES (?, ?, ?)",
                arguments: [task.account, serviceID, try isOwed ? encoded(task.agent) : nil])
        }
        try remove(task.id)
    }

    /// The service has deleted a conversation, or never will.
    func settleDeletion(of serviceID: String, account: AccountName) throws {
        try execute(
            sql: "UPDATE forgotten SET agent = NULL WHERE account = ? AND service_id = ?",
            arguments: [account, serviceID])
    }

    /// Removes the task with all it holds.
    func remove(_ id: ChatTask.ID) throws {
        try execute(sql: "DELETE FROM task WHERE id = ?", arguments: [id.rawValue])
        try execute(sql: "UPDATE counter SET next = next + 1 WHERE name = 'removals'")
    }

    /// Notes that a task has changed, for other processes.
    func raiseRevision(of id: ChatTask.ID) throws {
        let revision = try nextNumber(
            "UPDATE counter SET next = next + 1 WHERE name = 'revision' RETURNING next", [])
        try cachedStatement(sql: "UPDATE task SET revision = ? WHERE id = ?")
            .execute(arguments: [revision, id.rawValue])
    }

    func setDraft(_ id: ChatTask.ID, _ draft: Draft) throws {
        try set(id, "draft = ?, draft_cursor = ?", [draft.text.storable, draft.cursor])
    }

    func setMode(_ id: ChatTask.ID, _ mode: Turn.Mode) throws { try set(id, "mode = ?", [mode.rawValue]) }

    /// The person's title, which is final, or one that it had before.
    func setTitle(_ id: ChatTask.ID, _ title: String, isProvisional: Bool) throws {
        try set(id, "title = ?, title_is_provisional = ?", [title.storable, isProvisional])
    }

    /// A better title, unless the person has named the task.
    func setProvisionalTitle(_ id: ChatTask.ID, _ title: String) throws {
        guard !title.isEmpty else { return }
        try execute(
            sql: "UPDATE task SET title = ? WHERE id = ? AND title_is_provisional",
            arguments: [title.storable, id.rawValue])
    }

    func setPinned(_ id: ChatTask.ID, _ isPinned: Bool) throws { try set(id, "is_pinned = ?", [isPinned]) }

    func setArchived(_ id: ChatTask.ID, _ isArchived: Bool) throws {
        try set(id, "is_archived = ?", [isArchived])
    }

    /// - Parameter time: when it was deleted; nil takes it back.
    func setDeleted(_ id: ChatTask.ID, at time: Date?) throws {
        try execute(
            sql: "UPDATE task SET deleted_at = ? WHERE id = ?",
            arguments: [time?.milliseconds, id.rawValue])
    }

    func touch(_ id: ChatTask.ID, at now: Date) throws {
        try set(id, "updated_at = max(updated_at, ?)", [now.milliseconds])
    }

    /// Moves the last-read mark forward.
    /// - Returns: whether it has moved.
    func moveLastRead(of id: ChatTask.ID, forwardTo message: Message.ID) throws -> Bool {
        try execute(
            sql: "UPDATE task SET last_read = ?2 WHERE id = ?1 AND (last_read IS NULL OR last_read < ?2)",
            arguments: [id.rawValue, message])
        return changesCount > 0
    }

    /// Moves the last-read mark back, so that what lies after the message is unread.
    func moveLastRead(of id: ChatTask.ID, backTo message: Message.ID) throws {
        try set(id, "last_read = min(last_read, ?)", [message])
    }

    /// Notes that the history is here from `next` on, and read up to a message.
    func setHistory(of id: ChatTask.ID, next: String?, readUpTo message: Message.ID) throws {
        try execute(
            sql: """
                UPDATE task SET history_page = ?1, history_is_known = 1,
                    last_read = max(coalesce(last_read, ?2), ?2) WHERE id = ?3
                """, arguments: [next, message, id.rawValue])
    }

    private func set(
        _ id: ChatTask.ID, _ assignment: String, _ values: [any DatabaseValueConvertible]
    ) throws {
        try execute(
            sql: "UPDATE task SET \(assignment) WHERE id = ?",
            arguments: StatementArguments(values + [id.rawValue]))
    }
}

extension Array {
    /// `?, ?, ?`: as many as there are elements.
    var placeholders: String { map { _ in "?" }.joined(separator: ", ") }
}
