import Foundation
import GRDB
import Timing

extension SessionStore {
    /// The messages that a query asks for, newest first. A word matches as a prefix (`par` finds `parley`); in scripts without spaces,
    /// anywhere.
    /// - Parameter zone: where the days of the query begin.
    public func search(_ request: SearchRequest, zone: LocalZone = .system) async throws -> SearchAnswer {
        let query = SearchQuery(request.words, zone: zone)
        guard !query.isEmpty, query.problem == nil else {
            return SearchAnswer(request: request, hits: [], problem: query.problem)
        }
        let hits = try await read { db in
            let (sql, arguments) = Self.search(
                query, request,
                columns: """
                    message.id, message.task, message.role, message.at, task.title,
                    \(Self.snippet(query)) AS snippet
                    """)
            return try Row.fetchAll(db, sql: sql, arguments: arguments).map(SearchHit.init(row:))
        }
        return SearchAnswer(request: request, hits: hits)
    }

    /// Where the messages of one task match a query, in their order; of more than ``SearchPlaces/limit`` the last ones.
    public func places(of request: SearchRequest, zone: LocalZone = .system) async throws -> SearchPlaces {
        let query = SearchQuery(request.words, zone: zone)
        guard !query.isEmpty, query.problem == nil else { return SearchPlaces(request: request, matches: []) }
        return try await read { db in
            let text = query.terms.isEmpty ? "''" : "highlight(message_text, 0, :open, :close)"
            let (sql, arguments) = Self.search(query, request, columns: "message.id, \(text) AS marked")
            let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
            var matches: [SearchMatch] = []
            while matches.count < SearchPlaces.limit, let row = try rows.next() {
                let id: Message.ID = row["id"]
                let offsets = query.terms.isEmpty ? [0] : MarkedText.offsets(in: row["marked"])
                matches += offsets.reversed().map { SearchMatch(message: id, offset: $0) }
            }
            return SearchPlaces(request: request, matches: matches.prefix(SearchPlaces.limit).reversed())
        }
    }

    /// The words around the first match, or the beginning.
    private static func snippet(_ query: SearchQuery) -> String {
        query.terms.isEmpty
            ? "substr(message.text, 1, 320)" : "snippet(message_text, 0, :open, :close, '…', 16)"
    }

    private static func search(
        _ query: SearchQuery, _ request: SearchRequest, columns: String
    ) -> (sql: String, arguments: StatementArguments) {
        var conditions = SearchConditions(query)
        conditions.add("task.deleted_at IS NULL")
        if let task = request.task { conditions.add("message.task = \(conditions.bind(task.rawValue))") }
        var source = "message JOIN task ON task.id = message.task"
        if !query.terms.isEmpty {
            source =
                "message_text JOIN message ON message.id = message_text.rowid JOIN task ON task.id = message.task"
            conditions.bind(String(Snippet.open), as: "open")
            conditions.bind(String(Snippet.close), as: "close")
        }
        let limit = conditions.bind(request.limit)
        let sql = """
            SELECT \(columns) FROM \(source) WHERE \(conditions.text)
            ORDER BY \(query.terms.isEmpty ? "message.id" : "message_text.rowid") DESC LIMIT \(limit)
            """
        return (sql, StatementArguments(conditions.values))
    }
}

/// A query as conditions of SQL, with the values that they name.
private struct SearchConditions {
    private var conditions: [String] = []
    private(set) var values: [String: any DatabaseValueConvertible] = [:]

    var text: String { conditions.joined(separator: " AND ") }

    init(_ query: SearchQuery) {
        if let pattern = SearchPattern(query) {
            add("message_text MATCH \(bind(pattern.text))")
        } else {
            add("message.text <> ''")
            if let excluded = SearchPattern.any(query.excluded) {
                add(
                    "message.id NOT IN (SELECT rowid FROM message_text WHERE message_text MATCH \(bind(excluded)))"
                )
            }
        }
        for (filter, values) in query.filters.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let choices = values.compactMap { choice(filter, $0) }
            if !choices.isEmpty { add("(" + choices.joined(separator: " OR ") + ")") }
        }
        if let before = query.before { add("message.at < \(bind(before.milliseconds))") }
        if let after = query.after { add("message.at >= \(bind(after.milliseconds))") }
    }

    mutating func add(_ condition: String) { conditions.append(condition) }

    mutating func bind(_ value: any DatabaseValueConvertible, as name: String) { values[name] = value }

    /// - Returns: the value's name in SQL.
    mutating func bind(_ value: any DatabaseValueConvertible) -> String {
        let name = "v\(values.count)"
        bind(value, as: name)
        return ":" + name
    }

    private mutating func choice(_ filter: SearchQuery.Filter, _ value: String) -> String? {
        switch filter {
        case .from:
            switch value.lowercased() {
            case "me", "i", "you", "user": return "message.role = 'user'"
            case "agent", "agents": return "message.role = 'agent'"
            default: return "(message.role = 'agent' AND \(agent(value)))"
            }
        case .agent: return agent(value)
        case .account: return like("task.account", value, isStart: true)
        case .in: return "(\(like("task.title", value)) OR \(like("task.id", value, isStart: true)))"
        case .before, .after: return nil
        }
    }

    private mutating func agent(_ value: String) -> String {
        "(\(like("task.agent_name", value)) OR task.agent_id = \(bind(value)))"
    }

    private mutating func like(_ column: String, _ value: String, isStart: Bool = false) -> String {
        let escaped = ["\\", "%", "_"].reduce(value.storable) { $0.replacing($1, with: "\\" + $1) }
        return "\(column) LIKE \(bind((isStart ? "" : "%") + escaped + "%")) ESCAPE '\\'"
    }
}

/// The terms of a query for FTS5. Every term is quoted, so that nothing in it is syntax.
struct SearchPattern {
    let text: String

    /// - Returns: nil if no term has to be there.
    init?(_ query: SearchQuery) {
        guard !query.terms.isEmpty else { return nil }
        let wanted = "(" + query.terms.map(Self.pattern).joined(separator: " AND ") + ")"
        text = wanted + (Self.any(query.excluded).map { " NOT (\($0))" } ?? "")
    }

    /// - Returns: nil without terms.
    static func any(_ terms: [SearchQuery.Term]) -> String? {
        terms.isEmpty ? nil : terms.map(pattern).joined(separator: " OR ")
    }

    private static func pattern(_ term: SearchQuery.Term) -> String {
        let text = UnspacedScripts.separated(term.text.storable).replacing("\"", with: "\"\"")
        return "\"" + text + "\"" + (term.isPhrase ? "" : "*")
    }
}

/// A whole text with the marks of matches.
private enum MarkedText {
    /// Where matches begin, in UTF-8 bytes of the text without marks and separators.
    static func offsets(in marked: String) -> [Int] {
        var offsets: [Int] = []
        var offset = 0
        for scalar in marked.unicodeScalars {
            switch scalar {
            case Snippet.open: offsets.append(offset)
            case Snippet.close, UnspacedScripts.separator: break
            default: offset += UTF8.width(scalar)
            }
        }
        return offsets
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
