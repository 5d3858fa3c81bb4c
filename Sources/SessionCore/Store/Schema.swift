import GRDB

/// The tables of the store, and the migrations of older files.
enum Schema {
    /// "Prly" in the header of the file, which marks our database.
    static let applicationID: Int32 = 0x5072_6C79

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("tasks, messages, turns") { db in
            try db.execute(sql: tables)
            try db.execute(sql: textIndex)
        }
        migrator.registerMigration("where a history begins") { db in
            try db.execute(sql: beginnings)
        }
        migrator.registerMigration("where a task was forked from") { db in
            try db.execute(sql: "ALTER TABLE task ADD COLUMN origin TEXT")
        }
        migrator.registerMigration("find words of scripts without spaces") { db in
            try db.execute(sql: separatedTextIndex)
        }
        migrator.registerMigration("which tasks have changed") { db in
            try db.execute(sql: revisions)
        }
        // With foreign keys: a task that is removed takes along what it holds.
        migrator.registerMigration("one task for each conversation", foreignKeyChecks: .immediate) { db in
            try db.mergeTwins()
            try db.execute(sql: conversations)
        }
        migrator.registerMigration("deletions that can be taken back") { db in
            try db.execute(sql: deletions)
        }
        migrator.registerMigration("how a reply is read, and what it has cost") { db in
            try db.execute(sql: replies)
        }
        return migrator
    }

    /// Times are milliseconds since 1970. A user message has an even id and the reply to it the next odd one, so that a
    /// reply follows its message even if others were queued meanwhile. A turn has the id of its user message.
    private static let tables = """
        CREATE TABLE task (
            id TEXT NOT NULL PRIMARY KEY,
            account TEXT NOT NULL,
            agent_id TEXT NOT NULL,
            agent_name TEXT NOT NULL,
            service_id TEXT,
            title TEXT NOT NULL,
            title_is_provisional INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            draft TEXT NOT NULL DEFAULT '',
            draft_cursor INTEGER NOT NULL DEFAULT 0,
            mode TEXT NOT NULL,
            last_read INTEGER,
            is_pinned INTEGER NOT NULL DEFAULT 0,
            is_archived INTEGER NOT NULL DEFAULT 0,
            -- Where the service's history goes on, further back; NULL: nothing more is known to be there.
            history_page TEXT,
            -- 0: the history was never asked for, 1: it was, or the conversation began here.
            history_is_known INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX task_by_activity ON task (is_archived, updated_at DESC);
        CREATE INDEX task_by_service_id ON task (account, service_id) WHERE service_id IS NOT NULL;

        CREATE TABLE message (
            id INTEGER NOT NULL PRIMARY KEY,
            task TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
            turn INTEGER,
            role TEXT NOT NULL,
            text TEXT NOT NULL,
            at INTEGER NOT NULL,
            service_id TEXT,
            state TEXT NOT NULL,
            suggestions TEXT,
            cards TEXT
        ) STRICT;
        CREATE INDEX message_of_task ON message (task, id);
        CREATE INDEX answer_of_task ON message (task, id) WHERE role = 'agent' AND state <> 'streaming';

        -- The steps of a message, each a row: a step that changes does not rewrite the others.
        CREATE TABLE step (
            message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
            id TEXT NOT NULL,
            position INTEGER NOT NULL,
            kind TEXT NOT NULL,
            title TEXT NOT NULL,
            state TEXT NOT NULL,
            detail TEXT NOT NULL,
            PRIMARY KEY (message, id)
        ) STRICT, WITHOUT ROWID;

        -- The text of a reply while it arrives, from this byte on; folded into message.text at the end.
        CREATE TABLE chunk (
            message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
            offset INTEGER NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (message, offset)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE turn (
            id INTEGER NOT NULL PRIMARY KEY,
            task TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
            mode TEXT NOT NULL,
            state TEXT NOT NULL,
            message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
            reply INTEGER,
            ticket TEXT,
            failure TEXT,
            generation INTEGER NOT NULL DEFAULT 0,
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            -- The process that works on it, while one does.
            owner INTEGER
        ) STRICT;
        CREATE INDEX turn_of_task ON turn (task, id);
        CREATE INDEX turn_of_message ON turn (message);
        -- A turn has ended exactly when nothing will come of it any more by itself.
        CREATE INDEX turn_under_way ON turn (task, state) WHERE ended_at IS NULL;

        -- Conversations that were deleted here and that a service may go on listing.
        CREATE TABLE forgotten (
            account TEXT NOT NULL,
            service_id TEXT NOT NULL,
            PRIMARY KEY (account, service_id)
        ) STRICT, WITHOUT ROWID;

        -- The next numbers of messages: 'new' counts up, 'old' counts down for what a service remembers of earlier.
        CREATE TABLE counter (name TEXT NOT NULL PRIMARY KEY, next INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO counter VALUES ('new', 2), ('old', -2);
        """

    /// Every change of a task gives it the next number: other processes ask for what has a higher one than they know.
    private static let revisions = """
        ALTER TABLE task ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX task_by_revision ON task (revision);
        INSERT INTO counter VALUES ('revision', 0), ('removals', 0);
        """

    /// An id that the client chose is stored before anything is sent, so that a listing does not take the conversation for a new one.
    private static let conversations = """
        ALTER TABLE task ADD COLUMN service_id_is_pending INTEGER NOT NULL DEFAULT 0;
        DROP INDEX task_by_service_id;
        CREATE UNIQUE INDEX task_of_conversation ON task (account, service_id) WHERE service_id IS NOT NULL;
        """

    /// A task that was deleted stays until that can no longer be taken back. `agent` is not NULL while the service has yet to delete the
    /// conversation.
    private static let deletions = """
        ALTER TABLE task ADD COLUMN deleted_at INTEGER;
        CREATE INDEX task_to_delete ON task (deleted_at) WHERE deleted_at IS NOT NULL;
        ALTER TABLE forgotten ADD COLUMN agent TEXT;
        CREATE INDEX deletion_owed ON forgotten (account) WHERE agent IS NOT NULL;
        """

    /// A text without a format is Markdown.
    private static let replies = """
        ALTER TABLE message ADD COLUMN format TEXT;
        ALTER TABLE message ADD COLUMN usage TEXT;
        """

    /// For a task in which something has been said no history is fetched; a message of a history is known by its id.
    private static let beginnings = """
        UPDATE task SET history_is_known = 1
            WHERE service_id IS NULL OR EXISTS (SELECT 1 FROM message WHERE message.task = task.id);
        CREATE INDEX message_by_service_id ON message (task, service_id) WHERE service_id IS NOT NULL;
        """

    /// The index keeps no copy of the texts. A text is empty while its reply streams; only whole texts are in the index.
    private static let textIndex = """
        CREATE VIRTUAL TABLE message_text USING fts5 (
            text, content = 'message', content_rowid = 'id',
            tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
        );
        CREATE TRIGGER message_text_insert AFTER INSERT ON message WHEN new.text <> '' BEGIN
            INSERT INTO message_text (rowid, text) VALUES (new.id, new.text);
        END;
        CREATE TRIGGER message_text_delete AFTER DELETE ON message WHEN old.text <> '' BEGIN
            INSERT INTO message_text (message_text, rowid, text) VALUES ('delete', old.id, old.text);
        END;
        CREATE TRIGGER message_text_update AFTER UPDATE OF text ON message BEGIN
            INSERT INTO message_text (message_text, rowid, text)
                SELECT 'delete', old.id, old.text WHERE old.text <> '';
            INSERT INTO message_text (rowid, text) SELECT new.id, new.text WHERE new.text <> '';
        END;
        """

    /// The same with each character of a script without spaces as a word of its own. The index holds what the view
    /// shows: the texts with separators, which snippets hold too.
    private static let separatedTextIndex = """
        DROP TRIGGER message_text_insert;
        DROP TRIGGER message_text_delete;
        DROP TRIGGER message_text_update;
        DROP TABLE message_text;
        CREATE VIEW separated_message AS SELECT id, separated(text) AS text FROM message;
        CREATE VIRTUAL TABLE message_text USING fts5 (
            text, content = 'separated_message', content_rowid = 'id',
            tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
        );
        INSERT INTO message_text (rowid, text) SELECT id, text FROM separated_message WHERE text <> '';
        CREATE TRIGGER message_text_insert AFTER INSERT ON message WHEN new.text <> '' BEGIN
            INSERT INTO message_text (rowid, text) VALUES (new.id, separated(new.text));
        END;
        CREATE TRIGGER message_text_delete AFTER DELETE ON message WHEN old.text <> '' BEGIN
            INSERT INTO message_text (message_text, rowid, text) VALUES ('delete', old.id, separated(old.text));
        END;
        CREATE TRIGGER message_text_update AFTER UPDATE OF text ON message BEGIN
            INSERT INTO message_text (message_text, rowid, text)
                SELECT 'delete', old.id, separated(old.text) WHERE old.text <> '';
            INSERT INTO message_text (rowid, text) SELECT new.id, separated(new.text) WHERE new.text <> '';
        END;
        """
}
