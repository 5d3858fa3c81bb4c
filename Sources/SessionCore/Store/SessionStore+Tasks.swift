import Foundation
import GRDB
import Timing

/// Which task was meant.
public enum TaskLookupError: Error, Hashable, Sendable, CustomStringConvertible {
    case none(String)
    /// More than one begins so, or has this title.
    case ambiguous(String, [ChatTask])

    public var description: String {
        switch self {
        case .none(let name): "There is no task “\(name)”. List them with `parley tasks`."
        case .ambiguous(let name, let tasks):
            "“\(name)” may be "
                + tasks.map { "\($0.id.rawValue) (\($0.title))" }.joined(separator: ", ")
                + ". Type more of the id."
        }
    }
}

extension SessionStore {
    /// The tasks, most recent first.
    public func tasks(includingArchived: Bool = false) async throws -> [ChatTask] {
        try await read { try $0.tasks(includingArchived: includingArchived) }
    }

    public func task(_ id: ChatTask.ID) async throws -> ChatTask? {
        try await read { try $0.task(id) }
    }

    /// The task with this id, the only one whose id begins so, or the only one with this title (in any case).
    /// - throws: ``TaskLookupError``
    public func task(matching name: String) async throws -> ChatTask {
        let found = try await read { db in
            let start = name.lowercased()
            let byID = try db.tasks("id >= ? AND id < ?", [start, start + "\u{10FFFF}"])
            if let exact = byID.first(where: { $0.id.rawValue == start }) { return [exact] }
            let titles = try db.tasks(
                "lower(title) = lower(?) AND id NOT IN (\(byID.placeholders))",
                StatementArguments([name] + byID.map(\.id.rawValue)))
            return start.isEmpty ? titles : byID + titles
        }
        switch found.count {
        case 0: throw TaskLookupError.none(name)
        case 1: return found[0]
        default: throw TaskLookupError.ambiguous(name, found)
        }
    }

    func insert(_ task: ChatTask) async throws -> [SessionEvent] {
        try await write { db in
            try db.insert(task)
            return try db.changed(task.id)
        }
    }

    /// Removes a task in which the person never said anything and that has no draft.
    func discardIfEmpty(_ id: ChatTask.ID) async throws -> [SessionEvent] {
        try await write { db in
            guard let task = try db.task(id), task.draft.text.isEmpty else { return [] }
            let spoken = try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM message WHERE task = ? AND role = 'user')",
                arguments: [id.rawValue])
            return spoken == true ? [] : try db.delete(task)
        }
    }

    func delete(_ id: ChatTask.ID) async throws -> [SessionEvent] {
        try await write { db in
            guard let task = try db.task(id) else { return [] }
            return try db.delete(task)
        }
    }

    /// The interface has the draft already: nothing is told.
    func setDraft(_ id: ChatTask.ID, _ draft: Draft) async throws {
        try await write { try $0.setDraft(id, draft) }
    }

    func setMode(_ id: ChatTask.ID, _ mode: Turn.Mode) async throws -> [SessionEvent] {
        try await set(id, "mode = ?", [mode.rawValue])
    }

    /// The person's title: final.
    func rename(_ id: ChatTask.ID, _ title: String) async throws -> [SessionEvent] {
        try await set(id, "title = ?, title_is_provisional = 0", [title.storable])
    }

    func setPinned(_ id: ChatTask.ID, _ isPinned: Bool) async throws -> [SessionEvent] {
        try await set(id, "is_pinned = ?", [isPinned])
    }

    func setArchived(_ id: ChatTask.ID, _ isArchived: Bool) async throws -> [SessionEvent] {
        try await set(id, "is_archived = ?", [isArchived])
    }

    /// Moves the mark forward, but not over a reply that is still to come: it is read when it is whole.
    func markRead(_ id: ChatTask.ID, upTo message: Message.ID) async throws -> [SessionEvent] {
        try await write { db in
            let open = try Int64.fetchOne(
                db,
                sql: "SELECT min(id) FROM turn WHERE task = ? AND ended_at IS NULL", arguments: [id.rawValue])
            let mark = min(message, open ?? message)
            try db.execute(
                sql: "UPDATE task SET last_read = ?2 WHERE id = ?1 AND (last_read IS NULL OR last_read < ?2)",
                arguments: [id.rawValue, mark])
            return db.changesCount > 0 ? try db.changed(id) : []
        }
    }

    private func set(
        _ id: ChatTask.ID, _ assignment: String, _ values: [any DatabaseValueConvertible & Sendable]
    ) async throws -> [SessionEvent] {
        try await write { db in
            try db.execute(
                sql: "UPDATE task SET \(assignment) WHERE id = ?",
                arguments: StatementArguments(values + [id.rawValue]))
            return try db.changed(id)
        }
    }
}

extension Array {
    fileprivate var placeholders: String { map { _ in "?" }.joined(separator: ", ") }
}

extension Database {
    func tasks(includingArchived: Bool) throws -> [ChatTask] {
        try tasks(includingArchived ? "1" : "is_archived = 0", [])
    }

    func tasks(_ condition: String, _ arguments: StatementArguments) throws -> [ChatTask] {
        try Row.fetchAll(
            self,
            sql: "SELECT \(ChatTask.columns) FROM task WHERE \(condition) ORDER BY updated_at DESC, id",
            arguments: arguments
        ).map(ChatTask.init(row:))
    }

    /// What is told of a task that has changed.
    func changed(_ id: ChatTask.ID) throws -> [SessionEvent] {
        try task(id).map { [.task($0)] } ?? []
    }

    func insert(_ task: ChatTask) throws {
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
                task.lastRead, task.isPinned, task.isArchived,
                // What begins here has no earlier history.
                task.serviceID == nil, task.origin?.rawValue,
            ])
    }

    /// Deletes the task with all it holds, and remembers that a service may go on listing it.
    func delete(_ task: ChatTask) throws -> [SessionEvent] {
        if let serviceID = task.serviceID {
            try execute(
                sql: "INSERT OR IGNORE INTO forgotten VALUES (?, ?)", arguments: [task.account, serviceID])
        }
        try execute(sql: "DELETE FROM task WHERE id = ?", arguments: [task.id.rawValue])
        return [.taskRemoved(task.id)]
    }

    func setDraft(_ id: ChatTask.ID, _ draft: Draft) throws {
        try execute(
            sql: "UPDATE task SET draft = ?, draft_cursor = ? WHERE id = ?",
            arguments: [draft.text.storable, draft.cursor, id.rawValue])
    }

    /// Puts messages that were taken back in front of what is being written.
    func returnToDraft(_ id: ChatTask.ID, _ texts: [String]) throws -> [SessionEvent] {
        guard !texts.isEmpty, let task = try task(id) else { return [] }
        let text = (texts + [task.draft.text].filter { !$0.isEmpty }).joined(separator: "\n")
        let draft = Draft(text: text, cursor: text.count)
        try setDraft(id, draft)
        return [.draft(id, draft)]
    }

    /// A better title from the service, unless the person has named the task.
    func setProvisionalTitle(_ id: ChatTask.ID, _ title: String) throws {
        guard !title.isEmpty else { return }
        try execute(
            sql: "UPDATE task SET title = ? WHERE id = ? AND title_is_provisional",
            arguments: [title.storable, id.rawValue])
    }

    func setServiceID(_ id: ChatTask.ID, _ serviceID: String) throws {
        try execute(sql: "UPDATE task SET service_id = ? WHERE id = ?", arguments: [serviceID, id.rawValue])
    }

    func touch(_ id: ChatTask.ID, at now: Date) throws {
        try execute(
            sql: "UPDATE task SET updated_at = max(updated_at, ?) WHERE id = ?",
            arguments: [now.milliseconds, id.rawValue])
    }
}
