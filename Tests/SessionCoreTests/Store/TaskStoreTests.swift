import Foundation
import GRDB
import TestSupport
import Testing

@testable import SessionCore

@Suite(.timeLimit(.scaled(minutes: 5))) struct TaskStoreTests {
    private let store: SessionStore
    private let now = ManualClock.origin

    init() throws { store = try SessionStore() }

    private func insert(_ id: String, title: String = "", serviceID: String? = nil, archived: Bool = false)
        async throws
    {
        let created =
            ChatTask(
                id: ChatTask.ID(rawValue: id), account: "acme", agent: Harness.agent, serviceID: serviceID,
                title: title,
                createdAt: now, updatedAt: now, isArchived: archived)
        try await store.transact { try $0.create(created) }
    }

    @Test func aTaskIsFoundByTheStartOfItsIDOrByItsTitle() async throws {
        try await insert("abc1000000000000", title: "Flights")
        try await insert("abd2000000000000", title: "flights")
        try await insert("ffff000000000000", title: "Hotels", archived: true)
        #expect(try await store.task(matching: "abc").title == "Flights")
        #expect(try await store.task(matching: "ABD2").title == "flights")
        #expect(try await store.task(matching: "hotels").id.rawValue == "ffff000000000000")
        await #expect(throws: TaskLookupError.none("zzz")) { try await store.task(matching: "zzz") }
        await #expect(throws: TaskLookupError.none("")) { try await store.task(matching: "") }
        let ambiguous = try await #require(throws: TaskLookupError.self) {
            try await store.task(matching: "ab")
        }
        guard case .ambiguous("ab", let tasks) = ambiguous else {
            Issue.record("\(ambiguous)")
            return
        }
        #expect(tasks.count == 2)
        #expect(ambiguous.description.contains("abc1000000000000 (Flights)"))
        let byTitle = try await #require(throws: TaskLookupError.self) {
            try await store.task(matching: "FLIGHTS")
        }
        #expect(byTitle.description.contains("abd2000000000000"))
    }

    @Test func archivedTasksAreListedOnRequest() async throws {
        try await insert("a")
        try await insert("b", archived: true)
        #expect(try await store.tasks().map(\.id.rawValue) == ["a"])
        #expect(try await store.tasks(includingArchived: true).count == 2)
    }

    @Test func unreadIsWhatLiesBehindTheMark() async throws {
        let (store, task) = try await SessionStore.holding(10)
        #expect(try await store.task(task)?.unread == 5)
        try await store.transact { try $0.markRead(task, upTo: 6) }
        #expect(try await store.task(task)?.unread == 2)
        #expect(try await store.transact { try $0.markRead(task, upTo: 3) }.isEmpty, "it moves forward only")
        #expect(try await store.task(task)?.lastRead == 6)
        try await store.transact { try $0.markRead(task, upTo: 10) }
        #expect(try await store.task(task)?.unread == 0)
    }

    @Test func unreadDoesNotCountWithoutEnd() async throws {
        let (store, task) = try await SessionStore.holding(5000)
        #expect(try await store.task(task)?.unread == 1000)
    }

    @Test func aTaskIsDiscardedOnlyIfNothingWasSaid() async throws {
        try await insert("a")
        try await insert("b")
        try await insert("c")
        try await store.transact { [task = ChatTask.ID(rawValue: "b")] in
            try $0.say("hello", in: task, mode: .streamed)
        }
        try await store.transact {
            try $0.db.setDraft(ChatTask.ID(rawValue: "c"), Draft(text: "hm", cursor: 2))
        }
        for id in ["a", "b", "c"] {
            try await store.transact { try $0.discardIfEmpty(ChatTask.ID(rawValue: id), isOwed: false) }
        }
        #expect(Set(try await store.tasks().map(\.id.rawValue)) == ["b", "c"])
    }

    @Test func deletingATaskTakesEverythingWithIt() async throws {
        try await insert("a")
        let id = ChatTask.ID(rawValue: "a")
        try await store.transact { [task = id] in try $0.say("hello", in: task, mode: .streamed) }
        try await store.transact { try $0.delete(id, isOwed: false) }
        for table in ["task", "message", "turn", "step", "chunk"] {
            let count = try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") }
            #expect(count == 0, "\(table)")
        }
    }

    @Test func theStateOfATaskIsThatOfItsLastTurn() {
        let expected: [(Turn.State?, Bool, ChatTask.State)] = [
            (nil, false, .idle), (nil, true, .running), (.done, false, .idle), (.done, true, .running),
            (.sending, false, .running), (.streaming, true, .running), (.running, false, .running),
            (.waiting, false, .waiting), (.failed, false, .failed), (.failed, true, .failed),
            (.truncated, false, .failed), (.stopped, true, .stopped), (.unconfirmed, false, .unconfirmed),
        ]
        for (last, hasQueue, state) in expected {
            #expect(
                ChatTask.State(last: last, hasQueue: hasQueue) == state,
                "\(String(describing: last)) \(hasQueue)")
        }
    }

    @Test func whatTheServiceSaysOfAMessageIsKept() async throws {
        try await insert("a")
        let extras = Extras(
            suggestions: ["One", "Two"],
            cards: [
                Card(title: "Oven", isRecommended: true, properties: [.init(title: "Price", value: "358.08")])
            ],
            steps: [
                Step(id: "2", kind: .tool, title: "search", state: .failed, detail: "no network"),
                Step(id: "1", kind: .thinking, title: "think", state: .completed),
            ])
        let message = Message(
            id: 100, task: ChatTask.ID(rawValue: "a"), role: .agent, text: "Hi", at: now, serviceID: "m",
            extras: extras)
        try await store.write { try $0.insert(message) }
        #expect(try await store.message(100) == message)
    }
}
