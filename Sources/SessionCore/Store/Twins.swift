import GRDB

// Two tasks that turn out to be one conversation of a service: a listing may show a conversation before the answer that says which of
// our tasks it belongs to.

extension Database {
    /// Gives a task the service's id of its conversation.
    /// - Parameter isPending: whether the service has yet to accept an id that was chosen here.
    /// - Returns: the task that had the id, which is removed; what it held is in this one now. nil if there was none.
    func setServiceID(
        of id: ChatTask.ID, to serviceID: String, isPending: Bool = false
    ) throws -> ChatTask.ID? {
        let twin = try twin(of: id, with: serviceID)
        if let twin {
            try execute(sql: "UPDATE task SET service_id = NULL WHERE id = ?", arguments: [twin.rawValue])
        }
        try cachedStatement(
            sql: """
                UPDATE task SET service_id = ?1, service_id_is_pending = ?2
                    WHERE id = ?3 AND (service_id IS NOT ?1 OR service_id_is_pending > ?2)
                """
        ).execute(arguments: [serviceID, isPending, id.rawValue])
        if let twin { try merge(twin, into: id) }
        return twin
    }

    private func twin(of id: ChatTask.ID, with serviceID: String) throws -> ChatTask.ID? {
        try String.fetchOne(
            cachedStatement(
                sql: """
                    SELECT id FROM task WHERE service_id = ?1 AND id <> ?2
                        AND account = (SELECT account FROM task WHERE id = ?2)
                    """),
            arguments: [serviceID, id.rawValue]
        ).map(ChatTask.ID.init(rawValue:))
    }

    /// Moves what a task holds into another one, and removes it.
    private func merge(_ twin: ChatTask.ID, into id: ChatTask.ID) throws {
        let arguments: StatementArguments = ["id": id.rawValue, "twin": twin.rawValue]
        // What was said here is moved. Of what the service remembers, one of them has all there is.
        let isEmpty = try !hasMessages(in: id)
        if isEmpty {
            try execute(
                sql: """
                    UPDATE task SET (history_page, history_is_known) =
                        (SELECT history_page, history_is_known FROM task WHERE id = :twin) WHERE id = :id
                    """, arguments: arguments)
        }
        try execute(
            sql: "UPDATE message SET task = :id WHERE task = :twin AND (:all OR turn IS NOT NULL)",
            arguments: ["id": id.rawValue, "twin": twin.rawValue, "all": isEmpty])
        try execute(sql: "UPDATE turn SET task = :id WHERE task = :twin", arguments: arguments)
        try execute(
            sql: """
                UPDATE task SET
                    title = CASE WHEN task.title = '' THEN twin.title ELSE task.title END,
                    draft = CASE WHEN task.draft = '' OR twin.draft = '' THEN task.draft || twin.draft
                        ELSE task.draft || char(10) || twin.draft END,
                    last_read = CASE WHEN task.last_read IS NULL THEN twin.last_read
                        ELSE max(task.last_read, coalesce(twin.last_read, task.last_read)) END,
                    updated_at = max(task.updated_at, twin.updated_at),
                    is_pinned = max(task.is_pinned, twin.is_pinned)
                FROM task AS twin WHERE task.id = :id AND twin.id = :twin
                """, arguments: arguments)
        try remove(twin)
    }

    private func hasMessages(in id: ChatTask.ID) throws -> Bool {
        try Bool.fetchOne(
            self, sql: "SELECT EXISTS (SELECT 1 FROM message WHERE task = ?)", arguments: [id.rawValue])
            ?? false
    }

    /// Merges the tasks of each conversation that earlier versions stored more than once, into the one with the most turns.
    func mergeTwins() throws {
        let rows = try Row.fetchAll(
            self,
            sql: """
                SELECT id, account, service_id FROM task WHERE (account, service_id) IN (
                    SELECT account, service_id FROM task WHERE service_id IS NOT NULL
                        GROUP BY account, service_id HAVING count(*) > 1
                )
                ORDER BY account, service_id,
                    (SELECT count(*) FROM turn WHERE turn.task = task.id) DESC,
                    (SELECT count(*) FROM message WHERE message.task = task.id) DESC, created_at, id
                """)
        var kept: Row?
        for row in rows {
            if let kept, kept["account"] as String == row["account"],
                kept["service_id"] as String == row["service_id"]
            {
                try merge(ChatTask.ID(rawValue: row["id"]), into: ChatTask.ID(rawValue: kept["id"]))
            } else {
                kept = row
            }
        }
    }
}
