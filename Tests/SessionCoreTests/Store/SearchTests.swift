import Foundation
import GRDB
import TestSupport
import Testing

@testable import SessionCore

@Suite(.timeLimit(.scaled(minutes: 5))) struct SearchTests {
    private let store: SessionStore
    private let task = ChatTask.ID(rawValue: "00000000000000aa")
    private let other = ChatTask.ID(rawValue: "00000000000000bb")

    init() async throws {
        store = try SessionStore()
        for (id, title) in [(task, "Flights"), (other, "Café")] {
            let now = ManualClock.origin
            let created =
                ChatTask(
                    id: id, account: "acme", agent: Harness.agent, title: title, createdAt: now,
                    updatedAt: now)
            try await store.transact { try $0.create(created) }
        }
    }

    private func say(_ text: String, in task: ChatTask.ID? = nil) async throws {
        try await store.transact { [task = task ?? self.task] in try $0.say(text, in: task, mode: .streamed) }
    }

    private func hits(_ words: String, in task: ChatTask.ID? = nil) async throws -> [SearchHit] {
        try await store.search(SearchRequest(words: words, task: task)).hits
    }

    @Test func everyWordMustBeThereAndMayGoOn() async throws {
        try await say("A flight to Paris in spring")
        try await say("A train to Paris")
        #expect(try await hits("par").count == 2)
        #expect(try await hits("par fli").count == 1)
        #expect(try await hits("paris boat").isEmpty)
    }

    @Test(arguments: [
        ("我想预订一张去巴黎的机票", "巴黎", "巴黎"), ("東京タワーへの行き方", "タワー", "タワー"),
        ("다음 주에 서울중앙역에서", "중앙역", "중앙역"), ("ขอจองตั๋วด้วย", "จองตั๋ว", "จองตั๋ว"),
        ("用GPT模型写", "gpt模型", "GPT模型"),
    ])
    func aScriptWithoutSpacesIsFoundWhereverItStands(text: String, words: String, match: String) async throws
    {
        try await say(text)
        let hit = try #require(try await hits(words).first)
        #expect(hit.snippet == text, "without the separators of the index")
        let marked = hit.matches.map { range in
            let characters = Array(hit.snippet)[range]
            return String(characters)
        }
        #expect(marked == [match])
        #expect(try await hits(String(words.reversed())).isEmpty, "in this order")
    }

    @Test func anOlderIndexIsMadeAnew() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("parley.sqlite")
        do {
            let old = try DatabaseQueue(path: path)
            try Schema.migrator.migrate(old, upTo: "where a task was forked from")
            try await old.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO task (id, account, agent_id, agent_name, title, title_is_provisional, created_at,
                            updated_at, mode) VALUES ('t', 'acme', 'a', 'A', 'T', 1, 0, 0, 'streamed');
                        INSERT INTO message (id, task, role, text, at, state) VALUES
                            (2, 't', 'user', '去巴黎的机票', 0, 'complete'), (3, 't', 'agent', '', 0, 'streaming');
                        """)
            }
            try old.close()
        }
        let store = try SessionStore(path: path)
        #expect(try await store.search(SearchRequest(words: "巴黎")).hits.map(\.message) == [2])
        try await store.write { db in
            try db.execute(sql: "UPDATE message SET text = '在巴黎' WHERE id = 3")
            try db.execute(sql: "INSERT INTO message_text (message_text, rank) VALUES ('integrity-check', 1)")
        }
        #expect(try await store.search(SearchRequest(words: "巴黎")).hits.map(\.message) == [3, 2])
    }

    @Test func accentsAndCaseDoNotMatter() async throws {
        try await say("Ein Straßencafé in Zürich")
        #expect(try await hits("ZURICH strassencafe").isEmpty)
        #expect(try await hits("zurich straßencafe").count == 1)
    }

    @Test func theNewestComesFirstAndATaskCanBeSearchedAlone() async throws {
        try await say("tea one")
        try await say("tea two", in: other)
        try await say("tea three")
        #expect(try await hits("tea").map(\.snippet) == ["tea three", "tea two", "tea one"])
        #expect(try await hits("tea", in: other).map(\.taskTitle) == ["Café"])
        #expect(try await store.search(SearchRequest(words: "tea", limit: 2)).hits.count == 2)
    }

    @Test func phrasesStandTogetherAndWordsCanBeLeftOut() async throws {
        try await say("the old town of Lisbon")
        try await say("an old friend in town")
        try await say("the new town")
        #expect(try await hits(#""old town""#).map(\.snippet) == ["the old town of Lisbon"])
        #expect(try await hits(#""old tow""#).isEmpty)
        #expect(try await hits("town -old").map(\.snippet) == ["the new town"])
        #expect(try await hits(#"town -"old town" -new"#).map(\.snippet) == ["an old friend in town"])
        #expect(try await hits("-old").map(\.snippet) == ["the new town"])
    }

    @Test func filtersNarrowASearchDownAndWorkAlone() async throws {
        let now = ManualClock.origin
        let elsewhere = ChatTask(
            id: ChatTask.ID(rawValue: "00000000000000cc"), account: "home",
            agent: Agent(id: "a2", name: "Ada_L"),
            title: "100% sure", createdAt: now, updatedAt: now)
        try await store.transact { try $0.create(elsewhere) }
        try await say("tea for two")
        try await say("tea at home", in: elsewhere.id)
        try await store.write { db in
            try db.insert(
                Message(
                    id: 101, task: elsewhere.id, role: .agent, text: "Tea it is.",
                    at: now.addingTimeInterval(-86_400 * 3)))
        }
        func found(_ words: String) async throws -> [String] { try await hits(words).map(\.snippet) }
        #expect(try await found("tea from:me") == ["tea at home", "tea for two"])
        #expect(try await found("from:agent") == ["Tea it is."])
        #expect(try await found("from:ada") == ["Tea it is."])
        #expect(try await found("tea account:HO from:me") == ["tea at home"])
        #expect(try await found("agent:a2 -home") == ["Tea it is."])
        // What SQL would take for any character is one.
        #expect(try await found("agent:a_l") == ["Tea it is.", "tea at home"])
        #expect(try await found("agent:a_a") == [])
        #expect(try await found("in:100% from:me") == ["tea at home"])
        #expect(try await found("in:% from:me") == ["tea at home"])
        #expect(try await found("in:00000000000000aa") == ["tea for two"])
        #expect(try await found("account:acme account:home from:me") == ["tea at home", "tea for two"])
        let day = "2027-01-15"
        #expect(now == SearchQuery("after:\(day)", zone: .utc).after?.addingTimeInterval(8 * 3600))
        for (words, count) in [
            ("tea before:\(day)", 1), ("tea after:\(day)", 2), ("tea before:2027-01-16", 3),
            ("tea after:2028", 0),
        ] {
            let answer = try await store.search(SearchRequest(words: words), zone: .utc)
            #expect(answer.hits.count == count, "\(words)")
        }
        let wrong = try await store.search(SearchRequest(words: "tea before:noon"))
        #expect(wrong.hits.isEmpty)
        #expect(wrong.problem?.contains("“noon” is not a day") == true)
    }

    @Test func thePlacesOfWordsAreInBytesOfTheText() async throws {
        try await say("Žluťoučký kůň")
        try await say("no hit")
        try await say("kůň 東京 kun, and \u{1F}KŮŇ")
        try await say("kun elsewhere", in: other)
        func places(_ words: String) async throws -> [String] {
            let found = try await store.places(of: SearchRequest(words: words, task: task))
            let texts = try await store.messages(of: task).map { ($0.id, $0.text) }
            return found.matches.map { match in
                let text = texts.first { $0.0 == match.message }?.1 ?? ""
                return "\(match.message): "
                    + String(decoding: text.utf8.dropFirst(match.offset).prefix(5), as: UTF8.self)
            }
        }
        #expect(try await places("kun").prefix(3) == ["2: kůň", "6: kůň", "6: kun, "])
        #expect(try await places("東京") == ["6: 東\u{FFFD}"])
        #expect(try await places("from:me") == ["2: Žlu\u{FFFD}", "4: no hi", "6: kůň"])
        #expect(try await places("before:x").isEmpty)
    }

    @Test func aPreviewIsTheEndOfATask() async throws {
        for number in 1...5 { try await say("message \(number) " + String(repeating: "x", count: 5000)) }
        let preview = try await store.preview(of: task)
        #expect(preview.map { $0.text.prefix(9) } == ["message 3", "message 4", "message 5"])
        #expect(preview.allSatisfy { $0.text.count == 400 })
    }

    @Test func theSnippetSaysWhereTheWordsStand() async throws {
        try await say("First\nthe\tparty 👩‍👩‍👧 in Paris\n\nis **partly** paid")
        let hit = try #require(try await hits("part paris").first)
        #expect(hit.snippet == "First the party 👩‍👩‍👧 in Paris is **partly** paid")
        let characters = Array(hit.snippet)
        #expect(hit.matches.map { String(characters[$0]) } == ["party", "Paris", "partly"])
    }

    @Test func aSnippetIsShortHoweverLongTheWords() async throws {
        try await say(String(repeating: "x", count: 5000) + " needle " + String(repeating: "y", count: 5000))
        let hit = try #require(try await hits("needle").first)
        #expect(hit.snippet.count <= 320)
        let characters = Array(hit.snippet)
        #expect(hit.matches.map { String(characters[$0]) } == ["needle"])
    }

    @Test func aTextThatImitatesTheMarksStaysInBounds() async throws {
        try await say("\u{3}\u{2}odd\u{2} \u{301}needle\u{3}\u{3} end\u{2}")
        for hit in try await hits("needle") {
            #expect(
                hit.matches.allSatisfy {
                    $0.lowerBound >= 0 && $0.upperBound <= hit.snippet.count && !$0.isEmpty
                })
        }
        #expect(try await hits("needle").count == 1)
    }

    @Test(arguments: [
        "\"", "a\"b", "NEAR(a b)", "a AND", "OR", "NOT a", "a*", "*", "^a", "text:a", "(", "a-b", "+ +",
        "{a}", "'",
        "", "   ", "\0", "👩‍👩‍👧", "c++", ";DROP TABLE message", "a\u{2}b", "-", "\"\"\"",
    ])
    func noWordsAreASyntaxError(words: String) async throws {
        try await say("plain a b words")
        _ = try await hits(words)
    }

    @Test func anySequenceOfBytesCanBeSearchedFor() async throws {
        try await say("plain words")
        var random = SeededRandom(seed: 3)
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                UInt8.random(in: 0...127, using: &random)
            }
            _ = try await hits(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test func theIndexFollowsEveryChange() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("needle in the question", in: task)
        let reply = try await harness.service.nextReply()
        reply.text("needle ")
        try await harness.log.turn(.streaming)
        reply.text("in the answer")
        reply.end()
        try await harness.log.turn(.done)
        func found() async throws -> Int {
            try await harness.store.search(SearchRequest(words: "needle")).hits.count
        }
        #expect(try await found() == 2)
        try await checkIndex(harness.store)
        harness.submit(.delete(task))
        await harness.manager.settled()
        #expect(try await found() == 0)
        try await checkIndex(harness.store)
        await harness.end()
    }

    private func checkIndex(_ store: SessionStore) async throws {
        try await store.write { db in
            try db.execute(sql: "INSERT INTO message_text (message_text, rank) VALUES ('integrity-check', 1)")
        }
    }
}
