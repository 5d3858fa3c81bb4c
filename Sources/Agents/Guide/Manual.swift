import GRDB

/// The manual and its full-text index.
struct Manual: Sendable {
    /// A section that answers a question, and how well it does.
    struct Hit: Hashable, Sendable {
        /// The index of the section in the manual.
        var section: Int
        /// The share of the question's concepts that it mentions, 0…1.
        var coverage: Double
        var score: Double
    }

    let sections: [ManualSection]
    private let index: DatabaseQueue

    /// The README, which is compiled in.
    static var readme: [ManualSection] {
        ManualSection.sections(ofMarkdown: String(decoding: PackageResources.README_md, as: UTF8.self))
    }

    init(sections: [ManualSection]) throws {
        self.sections = sections
        index = try DatabaseQueue()
        try index.write { db in
            try db.execute(
                sql: """
                    CREATE VIRTUAL TABLE sections USING fts5 (title, path, text, tokenize = 'porter unicode61')
                    """)
            for (number, section) in sections.enumerated() {
                try db.execute(
                    sql: "INSERT INTO sections (rowid, title, path, text) VALUES (?, ?, ?, ?)",
                    arguments: [number, section.title, section.path.joined(separator: " "), section.text])
            }
        }
    }

    /// The sections that mention at least half of what was asked, best first. Sections with all of it in their title come before the
    /// others.
    /// - Parameter context: What the conversation was about before: sections that mention it too rank higher.
    func hits(for concepts: [Concept], in context: [Concept] = []) async throws -> [Hit] {
        let (asked, before) = try await index.read { db in
            (
                try concepts.map { try Self.scores(of: $0, in: db) },
                try context.map { try Self.scores(of: $0, in: db) }
            )
        }
        let hits = Set(asked.flatMap(\.keys)).map { section in
            let matching = asked.compactMap { $0[section] }
            let coverage = Double(matching.count) / Double(concepts.count)
            let nearness = Double(before.filter { $0[section] != nil }.count) / Double(max(1, context.count))
            return Hit(
                section: section, coverage: coverage, score: matching.reduce(0, +) * coverage * (1 + nearness)
            )
        }
        return hits.filter { $0.coverage >= 0.5 }.sorted {
            (titleMatch($0, concepts), $0.score, -$0.section)
                > (titleMatch($1, concepts), $1.score, -$1.section)
        }
    }

    /// 2 if the title says what was asked and nothing else, 1 if it contains all of it, otherwise 0.
    private func titleMatch(_ hit: Hit, _ concepts: [Concept]) -> Int {
        let title = sections[hit.section].title
        guard concepts.allSatisfy({ $0.occurs(in: title) }) else { return 0 }
        let isAll = Vocabulary.concepts(in: title).allSatisfy { named in
            concepts.contains { $0.occurs(in: named.word) }
        }
        return isAll ? 2 : 1
    }

    /// The better the match, the larger the number. Titles count most.
    private static func scores(of concept: Concept, in db: Database) throws -> [Int: Double] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT rowid, -bm25(sections, 8.0, 2.0, 1.0) AS score FROM sections WHERE sections MATCH ?
                """, arguments: [concept.query])
        return Dictionary(uniqueKeysWithValues: rows.map { ($0["rowid"], max($0["score"], 0.01)) })
    }
}
