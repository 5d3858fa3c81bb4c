import GRDB

/// The manual and its full-text index.
public struct Manual: Sendable {
    /// A section that answers a question, and how well.
    struct Hit: Hashable, Sendable {
        /// The place of the section in the manual.
        var section: Int
        /// How much of the question it speaks of, 0…1.
        var coverage: Double
        var score: Double
    }

    let sections: [ManualSection]
    private let index: DatabaseQueue

    /// The README, which is compiled in.
    public static var readme: [ManualSection] {
        ManualSection.sections(ofMarkdown: String(decoding: PackageResources.README_md, as: UTF8.self))
    }

    public init(sections: [ManualSection]) throws {
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

    /// The sections that speak of at least half of what was asked, the best first; before them those that have it in their
    /// title.
    /// - Parameter context: what was spoken of before: of the sections that fit, those that speak of it too come first.
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

    /// 2 where what was asked for is just the title of the section, 1 where the title holds all of it, else 0.
    private func titleMatch(_ hit: Hit, _ concepts: [Concept]) -> Int {
        let title = sections[hit.section].title
        guard concepts.allSatisfy({ $0.occurs(in: title) }) else { return 0 }
        let isAll = Vocabulary.concepts(in: title).allSatisfy { named in
            concepts.contains { $0.occurs(in: named.word) }
        }
        return isAll ? 2 : 1
    }

    /// Titles count most; a better match is a larger number.
    private static func scores(of concept: Concept, in db: Database) throws -> [Int: Double] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT rowid, -bm25(sections, 8.0, 2.0, 1.0) AS score FROM sections WHERE sections MATCH ?
                """, arguments: [concept.query])
        return Dictionary(uniqueKeysWithValues: rows.map { ($0["rowid"], max($0["score"], 0.01)) })
    }
}
