import Foundation
import GRDB

extension SessionStore {
    /// The messages that hold all of the words, newest first. A word matches as a prefix (`par` finds `parley`); in scripts
    /// without spaces, anywhere.
    public func search(_ request: SearchRequest) async throws -> SearchAnswer {
        guard let pattern = SearchPattern(request.words) else {
            return SearchAnswer(request: request, hits: [])
        }
        let hits = try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT message.id, message.task, message.role, message.at, task.title,
                        snippet(message_text, 0, :open, :close, '…', 16) AS snippet
                    FROM message_text
                    JOIN message ON message.id = message_text.rowid
                    JOIN task ON task.id = message.task
                    WHERE message_text MATCH :pattern AND task.deleted_at IS NULL AND (:task IS NULL OR message.task = :task)
                    ORDER BY message_text.rowid DESC LIMIT :limit
                    """,
                arguments: [
                    "open": String(Snippet.open), "close": String(Snippet.close), "pattern": pattern.text,
                    "task": request.task?.rawValue, "limit": request.limit,
                ]
            ).map(SearchHit.init(row:))
        }
        return SearchAnswer(request: request, hits: hits)
    }
}

/// A person's words as an FTS5 query. Every word is quoted, so that nothing in it is syntax.
struct SearchPattern {
    let text: String

    /// - Returns: nil if there is no word in it.
    init?(_ words: String) {
        let words = words.split(whereSeparator: \.isWhitespace).filter { word in
            word.unicodeScalars.contains { $0.properties.isAlphabetic || $0.properties.numericType != nil }
        }
        guard !words.isEmpty else { return nil }
        text = words.map { word in
            "\"" + UnspacedScripts.separated(String(word).storable).replacing("\"", with: "\"\"") + "\"*"
        }.joined(separator: " ")
    }
}

/// The words around a match, in one line.
struct Snippet {
    /// What SQLite puts before and after a match. A text that holds these control characters itself is marked in the wrong
    /// place, and no worse.
    static let open: Unicode.Scalar = "\u{2}"
    static let close: Unicode.Scalar = "\u{3}"

    private(set) var text = ""
    private(set) var matches: [Range<Int>] = []

    init(_ marked: String) {
        var start: Int?
        var piece = String.UnicodeScalarView()
        for scalar in Self.clip(marked) {
            switch scalar {
            case Self.open:
                add(&piece)
                start = start ?? text.count
            case UnspacedScripts.separator: continue
            case Self.close:
                add(&piece)
                if let begin = start, begin < text.count { matches.append(begin..<text.count) }
                start = nil
            default: piece.append(scalar)
            }
        }
        add(&piece)
        // A combining mark after a match joins its last character.
        let end = text.count
        matches = matches.filter { $0.lowerBound < end }.map { $0.clamped(to: 0..<end) }
    }

    /// The surroundings of the first match: a word may have any length.
    private static func clip(_ marked: String) -> String.UnicodeScalarView.SubSequence {
        let scalars = marked.unicodeScalars
        let match = scalars.firstIndex(of: open) ?? scalars.startIndex
        let start = scalars.index(match, offsetBy: -80, limitedBy: scalars.startIndex) ?? scalars.startIndex
        return scalars[start...].prefix(320)
    }

    private mutating func add(_ piece: inout String.UnicodeScalarView) {
        for character in String(piece) {
            let isBlank =
                character.isWhitespace
                || character.unicodeScalars.allSatisfy { $0.properties.generalCategory == .control }
            if !isBlank {
                text.append(character)
            } else if text.last != " ", !text.isEmpty {
                text.append(" ")
            }
        }
        piece.removeAll()
    }
}

extension SearchHit {
    fileprivate init(row: Row) {
        let snippet = Snippet(row["snippet"])
        self.init(
            task: ChatTask.ID(rawValue: row["task"]), taskTitle: row["title"], message: row["id"],
            role: row.word("role", else: .agent), at: row.date("at"), snippet: snippet.text,
            matches: snippet.matches)
    }
}
