import Foundation
import GRDB

/// The manual and its full-text index.
struct Manual: Sendable {
    /// A section that answers a question, and how well it does.
    struct Hit: Hashable, Sendable {
        /// The index of the section in the manual.
        var section: Int
        /// The share of what was asked that it mentions, 0…1; rare words count more.
        var coverage: Double
        var score: Double

        /// Whether it may be taken for the answer.
        var isCertain: Bool { coverage >= 0.5 && score >= 0.5 }
    }

    let sections: [ManualSection]
    private let index: DatabaseQueue

    /// The README, which is compiled in, with the words by which people ask for its sections, and the topics beside it.
    static var readme: [ManualSection] {
        // What lists every action says less of one than its own section, which the program adds.
        let sections = ManualSection.readme.filter { $0.title != "Every action" }.map { section in
            var section = section
            section.keywords = GuideTopics.keywords[section.title] ?? ""
            return section
        }
        return sections + GuideTopics.sections
    }

    init(sections: [ManualSection]) throws {
        self.sections = sections
        index = try DatabaseQueue()
        try index.write { db in
            try db.execute(
                sql: """
                    CREATE VIRTUAL TABLE sections
                    USING fts5 (title, keywords, path, text, tokenize = 'porter unicode61')
                    """)
            for (number, section) in sections.enumerated() {
                try db.execute(
                    sql: "INSERT INTO sections (rowid, title, keywords, path, text) VALUES (?, ?, ?, ?, ?)",
                    arguments: [
                        number, section.title, section.keywords, section.path.joined(separator: " "),
                        section.text,
                    ])
            }
        }
    }

    /// The sections that mention something of what was asked, best first.
    /// - Parameters:
    ///   - context: What the conversation was about before: sections that mention it too rank higher.
    ///   - question: The words of the question as they were written.
    func hits(
        for concepts: [Concept], in context: [Concept] = [], question: String = ""
    ) async throws -> [Hit] {
        let (asked, before) = try await index.read { db in
            (
                try concepts.map { try Matches(of: $0, in: db) },
                try context.map { try Matches(of: $0, in: db) }
            )
        }
        let weights = asked.map { $0.weight(among: sections.count) }
        let total = weights.reduce(0, +)
        let wording = Wording(question)
        return Set(asked.flatMap(\.sections)).map { section in
            let parts = zip(asked, weights)
            let coverage = parts.reduce(0) { $0 + $1.1 * $1.0.presence(in: section) } / total
            let closeness = parts.reduce(0) { $0 + $1.1 * $1.0.closeness(to: section) } / total
            let named = asked.count { $0.title[section] != nil }
            let nearness = before.count { $0.sections.contains(section) }
            var score = closeness * factor(of: section, named: named, concepts, wording)
            // A title that is named whole need not cover the rest of the question.
            score *= isNamedWhole(section, named: named) ? coverage.squareRoot() : coverage
            score *= 1 + Double(nearness) / Double(max(1, context.count))
            return Hit(section: section, coverage: coverage, score: score)
        }
        .sorted { ($0.score, -$0.section) > ($1.score, -$1.section) }
    }

    /// The words of a title that say something, as many as there are.
    private func significantWords(of section: Int) -> [String] {
        Vocabulary.words(of: sections[section].title).filter(Vocabulary.isSignificant)
    }

    private func isNamedWhole(_ section: Int, named: Int) -> Bool {
        named >= significantWords(of: section).count
    }

    /// How far the title and the kind of a section speak for it.
    private func factor(of section: Int, named: Int, _ concepts: [Concept], _ wording: Wording) -> Double {
        let words = significantWords(of: section)
        var factor = 1 + 0.5 * min(1, Double(named) / Double(max(1, words.count)))
        if let first = words.first, concepts.contains(where: { $0.occurs(in: first) }) { factor *= 1.1 }
        switch sections[section].kind {
        case .section: break
        case .topic: factor *= 1.02
        case .action: if wording.asksForMeaning { factor *= 0.7 }
        case .command: factor *= wording.names(sections[section].title) ? 1.5 : 0.8
        }
        return factor
    }

    /// How a question is put.
    private struct Wording {
        let text: String

        init(_ question: String) { text = question.lowercased() }

        /// Whether it asks what something is, and not how to do it.
        var asksForMeaning: Bool {
            ["what is", "what are", "what does", "what do", "what's", "whats", "why", "explain"]
                .contains(where: text.hasPrefix)
        }

        func names(_ title: String) -> Bool { text.contains(title.lowercased()) }
    }
}

/// Where the manual mentions one concept of a question.
private struct Matches {
    /// By section: 1 for the word itself, less for a synonym.
    let title: [Int: Double]
    let keywords: [Int: Double]
    /// By section: the better, the larger; at most 1.
    let text: [Int: Double]
    let path: Set<Int>

    init(of concept: Concept, in db: Database) throws {
        func scores(_ column: String, _ query: String) throws -> [Int: Double] {
            let rows = try Row.fetchAll(
                db, sql: "SELECT rowid, -bm25(sections) AS score FROM sections WHERE sections MATCH ?",
                arguments: ["\(column) : (\(query))"])
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["rowid"], max($0["score"], 0.01)) })
        }
        func matches(_ column: String) throws -> [Int: Double] {
            let same = try scores(column, concept.wordQuery)
            return try scores(column, concept.query).reduce(into: [:]) {
                $0[$1.key] = same[$1.key] == nil ? 0.86 : 1
            }
        }
        title = try matches("title")
        keywords = try matches("keywords")
        path = Set(try scores("path", concept.query).keys)
        let found = try scores("text", concept.query)
        let same = try scores("text", concept.wordQuery)
        let best = found.values.max() ?? 1
        text = found.reduce(into: [:]) {
            $0[$1.key] = (0.4 + 0.6 * $1.value / best) * (same[$1.key] == nil ? 0.8 : 1)
        }
    }

    var sections: Set<Int> { Set(title.keys).union(keywords.keys).union(text.keys) }

    /// What is mentioned rarely says more about what is meant; what is mentioned nowhere may be beside the point.
    func weight(among count: Int) -> Double {
        log(1 + Double(count) / (Double(sections.count) + 0.5)) * (sections.isEmpty ? 0.3 : 1)
    }

    func presence(in section: Int) -> Double {
        sections.contains(section) ? 1 : path.contains(section) ? 0.3 : 0
    }

    /// A mention in the title counts most, then one in the keywords.
    func closeness(to section: Int) -> Double {
        let heading = max(
            3 * (title[section] ?? 0), 2.8 * (keywords[section] ?? 0), path.contains(section) ? 0.5 : 0)
        let body = 1.2 * (text[section] ?? 0)
        return max(heading + 0.2 * body, body)
    }
}
