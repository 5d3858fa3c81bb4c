import Foundation
import GRDB
import Timing
import Wire

extension ServerStore {
    func conversation(id: Int64) async throws -> StoredConversation? {
        try await read { db in try StoredConversation.with(id: id, in: db) }
    }

    func conversation(hex: String) async throws -> StoredConversation? {
        try await read { db in
            try StoredConversation.fetchOne(
                db, sql: "SELECT * FROM conversations WHERE hex = ?", arguments: [hex.lowercased()])
        }
    }

    func conversation(key: String) async throws -> StoredConversation? {
        try await read { db in try StoredConversation.with(key: key, in: db) }
    }

    func conversation(_ name: ConversationName) async throws -> StoredConversation? {
        switch name {
        case .key(let key): try await conversation(key: key)
        case .hex(let hex): try await conversation(hex: hex)
        case .number(let id): try await conversation(id: id)
        }
    }

    /// Creates a conversation that holds messages from elsewhere.
    /// - Returns: nil if its key is taken.
    func create(
        _ new: NewConversation, holding messages: [(words: SaidWords, at: Date)]
    ) async throws -> StoredConversation? {
        let now = now()
        return try await write { db in
            if let key = new.key, try StoredConversation.with(key: key, in: db) != nil { return nil }
            let conversation = try StoredConversation.insert(new, at: now, in: db)
            for (words, time) in messages {
                let entry = NewEntry(
                    conversation: conversation.id, agent: new.agent,
                    kind: words.isUser ? .user : .agent, text: words.text)
                try StoredEntry.insert(entry, at: time, in: db)
            }
            return conversation
        }
    }

    /// - Returns: nil if its key is taken.
    func create(_ new: NewConversation) async throws -> StoredConversation? {
        let now = now()
        return try await write { db in
            if let key = new.key, try StoredConversation.with(key: key, in: db) != nil { return nil }
            return try StoredConversation.insert(new, at: now, in: db)
        }
    }

    /// The conversation with this key, created if there is none. One without an agent or a user gets these.
    func findOrCreate(key: String, agent: Int64, user: String) async throws -> StoredConversation {
        let now = now()
        return try await write { db in
            guard let known = try StoredConversation.with(key: key, in: db) else {
                return try StoredConversation.insert(
                    NewConversation(key: key, agent: agent, user: user), at: now, in: db)
            }
            guard known.agentId == nil || known.userId == nil else { return known }
            return try db.written(
                """
                UPDATE conversations SET agent_id = coalesce(agent_id, ?), user_id = coalesce(user_id, ?)
                WHERE id = ? RETURNING *
                """, [agent, user, known.id])
        }
    }

    /// The conversations of a person, newest first.
    func conversations(user: String) async throws -> [StoredConversation] {
        try await read { db in
            try StoredConversation.fetchAll(
                db, sql: "SELECT * FROM conversations WHERE user_id = ? ORDER BY id DESC", arguments: [user])
        }
    }

    /// The conversations with an agent, newest first.
    func conversations(agent: Int64) async throws -> [StoredConversation] {
        try await read { db in
            try StoredConversation.fetchAll(
                db, sql: "SELECT * FROM conversations WHERE agent_id = ? ORDER BY id DESC", arguments: [agent]
            )
        }
    }

    /// nil leaves a column as it is.
    func update(_ conversation: Int64, user: String?, metadata: JSONValue?) async throws {
        let now = now()
        try await write { db in
            try db.change(
                """
                UPDATE conversations
                SET user_id = coalesce(?, user_id), metadata = coalesce(?, metadata), updated_at = ? WHERE id = ?
                """, [user, metadata, now.microseconds, conversation])
        }
    }
}

extension StoredConversation {
    static func with(id: Int64, in db: Database) throws -> StoredConversation? {
        try fetchOne(db, sql: "SELECT * FROM conversations WHERE id = ?", arguments: [id])
    }

    static func with(key: String, in db: Database) throws -> StoredConversation? {
        try fetchOne(db, sql: "SELECT * FROM conversations WHERE key = ?", arguments: [key])
    }

    static func insert(_ new: NewConversation, at now: Date, in db: Database) throws -> StoredConversation {
        let hex = Identifier.hex(now: now)
        return try db.written(
            """
            INSERT INTO conversations
                (hex, key, agent_id, user_id, name, description, metadata, attributes, is_enabled, created_at, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *
            """,
            [
                hex, new.key ?? hex, new.agent, new.user, new.name, new.description, new.metadata,
                new.attributes, new.isEnabled, now.microseconds, now.microseconds,
            ])
    }
}
