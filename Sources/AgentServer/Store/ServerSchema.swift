import GRDB

/// The tables of the server's store. One conversation carries the names under which every dialect knows it, and so does an agent;
/// what is said and done in it are entries, and the answers due are turns.
enum ServerSchema {
    /// "PrlS" in the header of the file: marks it as a server's store.
    static let applicationID: Int32 = 0x5072_6C53

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: agents, conversations, entries, turns, users, keys") { db in
            try db.execute(sql: first)
        }
        migrator.registerMigration("2: when keys were used") { db in
            try db.execute(sql: "ALTER TABLE keys ADD COLUMN last_used_at INTEGER")
        }
        return migrator
    }

    /// Times are whole microseconds since 1970, UTC. `hex`, `key`, `token` and `ticket` are public names; an `id` is public where a
    /// dialect counts (agents and conversations) and never reused.
    private static let first = """
        CREATE TABLE agents (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            hex TEXT NOT NULL UNIQUE,
            key TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            description TEXT,
            origin TEXT NOT NULL CHECK (origin IN ('configured', 'created')),
            definition TEXT NOT NULL DEFAULT '{}',
            is_enabled INTEGER NOT NULL DEFAULT 1,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE users (
            id TEXT PRIMARY KEY NOT NULL,
            email TEXT NOT NULL,
            first_name TEXT NOT NULL,
            last_name TEXT NOT NULL,
            metadata TEXT NOT NULL DEFAULT '{}',
            created_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE conversations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            hex TEXT NOT NULL UNIQUE,
            key TEXT NOT NULL UNIQUE,
            agent_id INTEGER REFERENCES agents (id) ON DELETE SET NULL,
            user_id TEXT,
            name TEXT NOT NULL DEFAULT '',
            description TEXT,
            metadata TEXT NOT NULL DEFAULT '{}',
            attributes TEXT NOT NULL DEFAULT '{}',
            is_enabled INTEGER NOT NULL DEFAULT 1,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX conversations_by_user ON conversations (user_id, updated_at);
        CREATE INDEX conversations_by_agent ON conversations (agent_id, id);

        CREATE TABLE turns (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            ticket TEXT NOT NULL UNIQUE,
            conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
            agent_id INTEGER NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
            mode TEXT NOT NULL CHECK (mode IN ('attended', 'background')),
            state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'completed', 'failed', 'interrupted')),
            input TEXT NOT NULL,
            metadata TEXT NOT NULL DEFAULT 'null',
            failure TEXT,
            owner TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL,
            started_at INTEGER,
            ended_at INTEGER
        ) STRICT;
        CREATE INDEX turns_by_conversation ON turns (conversation_id, id);
        CREATE INDEX turns_at_work ON turns (state, id) WHERE state IN ('queued', 'running');

        CREATE TABLE entries (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            token TEXT NOT NULL UNIQUE,
            conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
            turn_id INTEGER REFERENCES turns (id) ON DELETE SET NULL,
            agent_id INTEGER REFERENCES agents (id) ON DELETE SET NULL,
            kind TEXT NOT NULL,
            text TEXT NOT NULL DEFAULT '',
            data TEXT NOT NULL DEFAULT '{}',
            state TEXT NOT NULL CHECK (state IN ('running', 'completed', 'failed', 'partial')),
            is_hidden INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL,
            ended_at INTEGER
        ) STRICT;
        CREATE INDEX entries_by_conversation ON entries (conversation_id, id);
        CREATE INDEX entries_by_turn ON entries (turn_id);

        CREATE TABLE keys (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            prefix TEXT NOT NULL UNIQUE,
            hash BLOB NOT NULL,
            name TEXT NOT NULL,
            form TEXT NOT NULL CHECK (form IN ('general', 'agent', 'personal')),
            agent_id INTEGER REFERENCES agents (id) ON DELETE CASCADE,
            permissions TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            revoked_at INTEGER
        ) STRICT;
        """
}
