import Foundation
import GRDB
import Storage

/// What is special about a store that was opened.
public enum StoreCondition: Hashable, Sendable, CustomStringConvertible {
    /// It cannot be written, for this reason.
    case readOnly(StoreError)
    /// It was damaged.
    case salvaged(Salvage)

    public var description: String {
        switch self {
        case .readOnly(let error):
            return "Only what is stored already is shown, and nothing new is stored. \(error.message)"
        case .salvaged(let salvage):
            let (tasks, messages) = (salvage.rows["task"] ?? 0, salvage.rows["message"] ?? 0)
            let saved =
                tasks + messages == 0
                ? "Nothing could be read of it." : "Saved of it: \(tasks) tasks and \(messages) messages."
            let rest = salvage.incomplete.isEmpty ? " That is all." : " The rest could not be read."
            return "The store was damaged, and is kept as \(salvage.setAside). " + saved + rest
        }
    }
}

extension SessionStore {
    /// Mends what was saved of a damaged store.
    static func repair(_ db: Database) throws {
        try db.execute(sql: "UPDATE turn SET owner = NULL")
        try db.insertLostTasks()
        // Numbers that are in use are not given again.
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO counter SELECT 'new', max(
                    coalesce((SELECT next FROM counter WHERE name = 'new'), 2),
                    (coalesce((SELECT max(id) FROM message), 0) / 2 + 1) * 2);
                INSERT OR REPLACE INTO counter SELECT 'old', min(
                    coalesce((SELECT next FROM counter WHERE name = 'old'), -2),
                    coalesce((SELECT min(id) FROM message), 0) - 1);
                """)
    }
}

extension Database {
    /// A task for messages whose own task is lost.
    fileprivate func insertLostTasks() throws {
        let lost = try Row.fetchAll(
            self,
            sql: """
                SELECT task, min(at) AS first, max(at) AS last,
                    (SELECT text FROM message AS said WHERE said.task = message.task AND role = 'user' LIMIT 1) AS text
                FROM message WHERE task NOT IN (SELECT id FROM task) GROUP BY task
                """)
        for row in lost {
            let text: String? = row["text"]
            try insert(
                ChatTask(
                    id: ChatTask.ID(rawValue: row["task"]), account: "salvaged",
                    agent: Agent(id: "", name: "Agent"), title: Title.provisional(for: text ?? ""),
                    createdAt: row.date("first"), updatedAt: row.date("last")), beginsHere: true)
        }
    }
}
