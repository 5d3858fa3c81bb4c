/// What the guide answers in a conversation. It is computed from what the person said, so it is the same after a restart.
///
/// Responsible for what a message means in its context; not for the search (``Manual``) nor for the speed of the words (``Pace``).
struct GuideDialogue: Sendable {
    /// An answer and suggestions for the next message.
    struct Answer: Hashable, Sendable {
        var text: String
        var suggestions: [String] = []
    }

    private let manual: Manual
    /// The most characters of the manual in one answer; more in a background turn.
    private let room: Int

    /// What the last question was about.
    private var concepts: [Concept] = []
    /// What the manual says about it and has not been shown.
    private var pending: [Passage] = []
    /// The sections that a number picks.
    private var offered: [Int] = []

    /// A piece of a section.
    private struct Passage: Hashable {
        var section: Int
        var block: String
    }

    private static let roomInForeground = 1500
    private static let roomInBackground = 12000
    private static let maxTopics = 14
    /// How many concepts of the questions before a follow-up keeps.
    private static let memory = 4

    init(manual: Manual, isInBackground: Bool) {
        self.manual = manual
        room = isInBackground ? Self.roomInBackground : Self.roomInForeground
    }

    /// Answers the next message of the conversation.
    mutating func answer(_ message: String) async throws -> Answer {
        switch GuideIntent(message) {
        case .greeting: return greeting
        case .thanks:
            return Answer(text: "You are welcome. Ask me anything about Parley.", suggestions: ["topics"])
        case .topics: return topics()
        case .identity: return identity
        case .showcase: return Answer(text: Showcase.text, suggestions: ["topics", "How do I stop a reply?"])
        case .everything: return everything()
        case .more: return more()
        case .pick(let number): return try await pick(number, message: message)
        case .question(let concepts, let isFollowUp):
            return try await question(concepts, isFollowUp: isFollowUp, message: message)
        }
    }
}

// MARK: - Questions

extension GuideDialogue {
    private mutating func question(
        _ asked: [Concept], isFollowUp: Bool, message: String
    ) async throws -> Answer {
        guard !asked.isEmpty || isFollowUp && !concepts.isEmpty else { return topics() }
        if isFollowUp, !concepts.isEmpty {
            let before = concepts.filter { old in !asked.contains { $0.word == old.word } }
            let hits =
                asked.isEmpty
                ? try await manual.hits(for: before)
                : try await manual.hits(for: asked, in: before, question: message)
            if let best = hits.first, best.isCertain {
                return show(hits, on: asked + before.prefix(Self.memory))
            }
        }
        let hits = try await manual.hits(for: asked, question: message)
        guard let best = hits.first else { return nothing(on: asked) }
        return best.isCertain ? show(hits, on: asked) : unsure(hits, on: asked)
    }

    /// Starts with the best section and others that are nearly as good.
    private mutating func show(_ hits: [Manual.Hit], on concepts: [Concept]) -> Answer {
        self.concepts = concepts
        let best = hits[0]
        let close = hits.filter { $0.isCertain && $0.score >= best.score * 0.5 }.prefix(sectionLimit)
        pending = close.flatMap { hit in passages(of: hit.section, relevantTo: concepts) }
        let shown = Set(close.map(\.section))
        offered = related(to: best.section, others: hits.map(\.section).filter { !shown.contains($0) })
        return next()
    }

    private var sectionLimit: Int { room > Self.roomInForeground ? 6 : 2 }

    private mutating func more() -> Answer {
        guard pending.isEmpty else { return next() }
        guard !concepts.isEmpty else { return topics() }
        return closing("That is all the manual says about \(Self.subject(concepts)).")
    }

    private mutating func pick(_ number: Int, message: String) async throws -> Answer {
        guard offered.indices.contains(number - 1) else { return topics() }
        let section = offered[number - 1]
        concepts = Vocabulary.concepts(in: manual.sections[section].title)
        pending = passages(of: section, relevantTo: [])
        let below = below(section)
        if below.isEmpty {
            offered = related(to: section, others: [])
        } else {
            offered = below
        }
        return next()
    }

    private mutating func everything() -> Answer {
        concepts = []
        pending = manual.sections.indices.flatMap { passages(of: $0, relevantTo: []) }
        offered = []
        let text = markdown(pending)
        pending = []
        return Answer(text: text, suggestions: ["topics"])
    }

    private func passages(of section: Int, relevantTo concepts: [Concept]) -> [Passage] {
        MarkdownBlocks.blocks(of: manual.sections[section].text)
            .map { Passage(section: section, block: MarkdownBlocks.relevant($0, to: concepts)) }
    }

    /// As many of the pending passages as there is room for, at least one.
    private mutating func next() -> Answer {
        var taken: [Passage] = []
        var length = 0
        while let passage = pending.first, taken.isEmpty || length + passage.block.count <= room {
            length += passage.block.count
            taken.append(pending.removeFirst())
        }
        return closing(markdown(taken))
    }

    /// Passages under the headings of their sections.
    private func markdown(_ passages: [Passage]) -> String {
        var parts: [String] = []
        var section: Int?
        for passage in passages {
            if passage.section != section { parts.append("## " + manual.sections[passage.section].title) }
            section = passage.section
            parts.append(passage.block)
        }
        return parts.joined(separator: "\n\n")
    }

    /// Appends how to go on: with more of the same, or with something related.
    private func closing(_ text: String) -> Answer {
        var lines: [String] = []
        if !pending.isEmpty { lines.append("Say `more` to read on.") }
        if !offered.isEmpty {
            lines.append(
                "Related: " + offered.enumerated().map { "`\($0 + 1)` \(title($1))" }.joined(separator: " · ")
            )
        }
        let suggestions = (pending.isEmpty ? [] : ["more"]) + offered.map(title)
        guard !lines.isEmpty else { return Answer(text: text, suggestions: suggestions) }
        return Answer(text: text + "\n\n---\n\n" + lines.joined(separator: "\n\n"), suggestions: suggestions)
    }

    private func title(_ section: Int) -> String { manual.sections[section].title }

    private func below(_ section: Int) -> [Int] {
        let path = manual.sections[section].path + [title(section)]
        return manual.sections.indices.filter { manual.sections[$0].path == path }
    }

    /// Other sections that matched, then neighbours in the manual.
    private func related(to section: Int, others: [Int]) -> [Int] {
        let path = manual.sections[section].path
        let neighbours = manual.sections.indices.filter { $0 != section && manual.sections[$0].path == path }
        let near = neighbours.sorted { abs($0 - section) < abs($1 - section) }
        var chosen: [Int] = []
        for candidate in others + near where !chosen.contains(candidate) && candidate != section {
            chosen.append(candidate)
        }
        return Array(chosen.prefix(3))
    }
}

// MARK: - What is not in the manual

extension GuideDialogue {
    private var greeting: Answer {
        Answer(
            text: """
                Hello! I am the **guide**, built into Parley. I answer questions about Parley from its manual, so you can try \
                everything here without an account. The agent **Demo**, which Alt-N offers too, shows what agents do: steps, tools, \
                cards, questions, failures, long jobs.

                Ask in your own words, for example *How do I send a message in the background?*, or say `topics`.
                """,
            suggestions: ["topics", "How do I send a message in the background?", "Which keys are there?"])
    }

    private var identity: Answer {
        Answer(
            text: """
                **Parley** is a chat client for the terminal: you talk to the agents of several services in it, in as many tasks as you \
                like. I am its **guide**: I search the manual for what you ask. I am **not a language model**.

                | I can | I cannot |
                |---|---|
                | answer questions about Parley from its manual | know anything that is not in it |
                | remember what you asked before in this task | reason, write, translate or calculate |
                | continue where I stopped (`more`) | see your files, your screen or the network |

                For everything else, add an account of an agent service, or a model of your own.
                """, suggestions: ["topics", "How do I add an account?"])
    }

    private mutating func topics() -> Answer {
        let depth = manual.sections.map(\.path.count).filter { $0 > 0 }.min() ?? 0
        let main = manual.sections.indices.filter {
            let section = manual.sections[$0]
            return section.kind == .section && section.path.count <= depth && !section.text.isEmpty
        }
        offered = Array(main.prefix(Self.maxTopics))
        let list = offered.enumerated().map { "\($0 + 1). \(title($1))" }.joined(separator: "\n")
        let text = """
            ## What I know about

            \(list)

            Say a number or ask a question. `more` continues where I stopped, and `demo` shows what Markdown looks like here.
            """
        return Answer(text: text, suggestions: offered.prefix(3).map(title))
    }

    private mutating func nothing(on asked: [Concept]) -> Answer {
        offered = []
        return closing(
            """
            I only know Parley's manual, and it has nothing on \(Self.subject(asked)). (I am not a language model.) Try other words, \
            or say `topics` for what I can answer.
            """)
    }

    /// Names what may be meant.
    private mutating func unsure(_ hits: [Manual.Hit], on asked: [Concept]) -> Answer {
        concepts = asked
        pending = []
        offered = hits.prefix(3).map(\.section)
        let list = offered.enumerated().map { "\($0 + 1). \(title($1))" }.joined(separator: "\n")
        return Answer(
            text: """
                I am not sure what the manual says about \(Self.subject(asked)). (I am not a language model, and know nothing else.) Is \
                it one of these?

                \(list)

                Say its number, try other words, or say `topics`.
                """, suggestions: offered.map(title))
    }

    private static func subject(_ asked: [Concept]) -> String {
        asked.prefix(6).map { "*\($0.word)*" }.joined(separator: ", ")
    }
}
