import Foundation
import GRDB
import GRDBSQLite
import TestSupport
import Testing

@testable import SessionCore

extension SessionStore {
    /// A task with this many messages, numbered from 1, by turns of the person and of the agent.
    static func holding(_ count: Int, in task: ChatTask.ID = .random()) async throws -> (
        SessionStore, ChatTask.ID
    ) {
        let store = try SessionStore()
        let now = ManualClock.origin
        let created =
            ChatTask(
                id: task, account: "acme", agent: Harness.agent, title: "Long", createdAt: now, updatedAt: now
            )
        try await store.transact { try $0.create(created) }
        try await store.write { db in
            try db.execute(
                sql: """
                    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT ?)
                    INSERT INTO message (id, task, role, text, at, state)
                    SELECT n, ?, iif(n % 2, 'user', 'agent'), 'message number ' || n, n, 'complete' FROM numbers
                    """, arguments: [count, task.rawValue])
            try db.execute(sql: "UPDATE counter SET next = ? WHERE name = 'new'", arguments: [count * 2])
        }
        return (store, task)
    }
}

@Suite(.timeLimit(.scaled(minutes: 5))) struct PageTests {
    /// A page of huge messages has few of them, and says that there are more.
    @Test func aPageHasNoMoreTextThanIsRead() async throws {
        let (store, task) = try await SessionStore.holding(6)
        try await store.write { db in
            try db.execute(sql: "UPDATE message SET text = cast(zeroblob(9000000) AS TEXT)")
        }
        let newest = try await store.page(PageRequest(task: task, place: .newest))
        #expect(newest.messages.map(\.id) == [5, 6])
        #expect(newest.hasEarlier)
        let before = try await store.page(PageRequest(task: task, place: .before(5)))
        #expect(before.messages.map(\.id) == [3, 4])
        #expect(before.hasEarlier && before.hasLater)
        let around = try await store.page(PageRequest(task: task, place: .around(3)))
        #expect(around.messages.contains { $0.id == 3 })
    }

    private func page(_ place: PageRequest.Place, limit: Int, of count: Int = 20) async throws -> MessagePage
    {
        let (store, task) = try await SessionStore.holding(count)
        return try await store.page(PageRequest(task: task, place: place, limit: limit))
    }

    @Test(arguments: [
        (PageRequest.Place.newest, 5, Array(16...20), true, false),
        (.newest, 20, Array(1...20), false, false),
        (.before(6), 5, Array(1...5), false, true),
        (.before(7), 5, Array(2...6), true, true),
        (.before(1), 5, [], false, true),
        (.after(15), 5, Array(16...20), true, false),
        (.after(14), 5, Array(15...19), true, true),
        (.after(20), 5, [], true, false),
        (.around(10), 4, Array(8...11), true, true),
        (.around(1), 4, Array(1...4), false, true),
        (.around(20), 5, Array(18...20), true, false),
        (.newest, 0, [20], true, false),
    ])
    func aPageHoldsWhatWasRequested(
        place: PageRequest.Place, limit: Int, ids: [Message.ID], earlier: Bool, later: Bool
    ) async throws {
        let page = try await page(place, limit: limit)
        #expect(page.messages.map(\.id) == ids)
        #expect(page.hasEarlier == earlier)
        #expect(page.hasLater == later)
    }

    @Test func aPageOfNothingIsEmpty() async throws {
        let page = try await page(.newest, limit: 5, of: 0)
        #expect(page.messages.isEmpty)
        #expect(!page.hasEarlier && !page.hasLater)
    }

    /// The work that SQLite does is counted in its own steps, which do not depend on the machine.
    @Test(arguments: [PageRequest.Place.newest, .before(60), .after(10), .around(50)])
    func aPageOfALongHistoryCostsAsMuchAsOneOfAShort(place: PageRequest.Place) async throws {
        func steps(_ count: Int) async throws -> Int {
            let (store, task) = try await SessionStore.holding(count)
            return try await store.read { db in
                let counter = StepCounter()
                counter.attach(to: db)
                defer { counter.detach(from: db) }
                let page = try db.page(PageRequest(task: task, place: place, limit: 50))
                #expect(page.messages.count >= 49)
                return counter.steps
            }
        }
        let (short, long) = (try await steps(200), try await steps(100_000))
        #expect(short > 0)
        #expect(long <= short + short / 10, "\(short) steps, then \(long)")
    }

    @Test func frequentQueriesUseAnIndex() async throws {
        let store = try SessionStore()
        let queries = [
            Database.messageQuery("<", "DESC"), Database.messageQuery(">=", "ASC"),
            "SELECT \(ChatTask.columns) FROM task WHERE id = 'x'",
            "SELECT \(ChatTask.columns) FROM task WHERE is_archived = 0 ORDER BY updated_at DESC",
            Database.queueQuery,
        ]
        for query in queries {
            let plan = try await store.read { db in
                try Row.fetchAll(
                    db,
                    sql: "EXPLAIN QUERY PLAN "
                        + query.replacing("LIMIT ?", with: "LIMIT 5").replacing("?", with: "'7'")
                ).map { $0["detail"] as String }
            }
            for step in plan where step.hasPrefix("SCAN") {
                #expect(step.contains("subquery"), "\(query): \(plan)")
            }
            #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(query): \(plan)")
        }
    }
}

/// Counts the instructions of SQLite's virtual machine.
final class StepCounter {
    private(set) var steps = 0

    func attach(to db: Database) {
        sqlite3_progress_handler(
            db.sqliteConnection, 1,
            { counter in
                guard let counter else { return 0 }
                Unmanaged<StepCounter>.fromOpaque(counter).takeUnretainedValue().steps += 1
                return 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    func detach(from db: Database) { sqlite3_progress_handler(db.sqliteConnection, 0, nil, nil) }
}
