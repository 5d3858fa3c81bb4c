import Foundation
import GRDB
import TestSupport
import Testing

@testable import SessionCore

/// A conversation that the service lists before it is known which of our tasks it belongs to.
@Suite(.timeLimit(.scaled(minutes: 5))) struct TwinTests {
    private func remote(_ id: String) -> RemoteTask {
        RemoteTask(serviceID: id, agent: Harness.agent, title: "Listed")
    }

    private func list(_ harness: Harness, _ ids: String...) async throws {
        harness.log.clear()
        harness.submit(.refresh)
        try await harness.service.listings.next().answer(Page(ids.map(remote)))
        try await harness.log.first { if case .listing(_, .complete) = $0 { true } else { false } }
    }

    private func removed(_ harness: Harness) -> [ChatTask.ID?] {
        harness.log.events.compactMap {
            if case .taskRemoved(_, let successor) = $0 { successor } else { nil }
        }
    }

    @Test func aListingBeforeTheFirstByteOfAReplyMakesNoSecondTask() async throws {
        let (harness, task) = try await Harness.started([.streams, .listsTasks])
        harness.send("Hello", in: task)
        let reply = try await harness.service.nextReply()
        try await list(harness, "s-1")
        #expect(try await harness.store.tasks().count == 2)
        reply.send(.accepted(serviceID: "s-1"))
        reply.text("Hi")
        try await harness.log.turn(.streaming)
        #expect(try await harness.store.tasks().map(\.id) == [task])
        #expect(removed(harness) == [task])
        try await list(harness, "s-1")
        #expect(try await harness.store.tasks().count == 1)
        reply.end()
        try await harness.log.turn(.done)
        await harness.end()
    }

    @Test func aListingBeforeTheGreetingMakesNoSecondTask() async throws {
        let harness = try Harness([.streams, .opens, .listsTasks])
        await harness.manager.start()
        let task = await harness.create()
        let opening = try await harness.service.opens.next()
        try await list(harness, "s-1")
        opening.answer([.accepted(serviceID: "s-1"), .text("Welcome")])
        try await harness.log.first { if case .message = $0 { true } else { false } }
        #expect(try await harness.store.tasks().map(\.id) == [task])
        #expect(removed(harness) == [task])
        await harness.end()
    }

    @Test func aListingBeforeTheForkIsKnownMakesNoSecondTask() async throws {
        let (harness, task) = try await Harness.started([.streams, .forks, .listsTasks])
        harness.send("Hello", in: task)
        let reply = try await harness.service.nextReply()
        reply.send(.accepted(serviceID: "s-1"))
        reply.end()
        try await harness.log.turn(.done)
        let fork = ChatTask.ID.random()
        harness.submit(.fork(task, upTo: nil, as: fork))
        let call = try await harness.service.forks.next()
        try await list(harness, "s-1", "s-2")
        call.answer("s-2")
        try await harness.log.first { if case .task(let new) = $0 { new.id == fork } else { false } }
        #expect(Set(try await harness.store.tasks().map(\.id)) == [task, fork])
        #expect(try await harness.store.task(fork)?.serviceID == "s-2")
        let cursor = try await harness.store.historyCursor(of: fork)
        #expect(cursor?.cursor.isAtBeginning == false, "its history is fetched")
        await harness.end()
    }

    @Test func whatWasSaidAndWrittenInTheListedOneIsKept() async throws {
        let (harness, task) = try await Harness.started([.streams, .listsTasks])
        harness.send("Hello", in: task)
        let reply = try await harness.service.nextReply()
        try await list(harness, "s-1")
        let listed = try #require(try await harness.store.tasks().first { $0.id != task }?.id)
        harness.send("In the other", in: listed)
        let other = try await harness.service.nextReply()
        other.text("Answer")
        try await harness.log.turn(.streaming, 4)
        harness.submit(.setDraft(listed, Draft(text: "half a thought", cursor: 3)))
        harness.submit(.setPinned(listed, true))
        await harness.manager.settled()
        reply.send(.accepted(serviceID: "s-1"))
        reply.text("Hi")
        reply.end()
        try await harness.log.turn(.done, 2)
        other.text(", whole")
        other.end()
        try await harness.log.turn(.done, 4)
        #expect(
            try await harness.transcript(task)
                == ["user: Hello", "agent: Hi", "user: In the other", "agent: Answer, whole"])
        let merged = try await harness.task(task)
        #expect(merged.draft.text == "half a thought" && merged.isPinned)
        #expect(try await harness.store.tasks().count == 1)
        await harness.end()
    }

    @Test func anIdThatIsChosenHereIsStoredBeforeTheMessageLeaves() async throws {
        let service = ScriptedService([.streams, .listsTasks], choosesIDs: true)
        let harness = try Harness(service: service)
        await harness.manager.start()
        let task = await harness.create()
        harness.send("Hello", in: task)
        let reply = try await service.nextReply()
        #expect(reply.request.conversation.serviceID == nil, "the service has yet to begin it")
        #expect(try await harness.task(task).serviceID == "chosen-\(task.rawValue)")
        #expect(try await harness.task(task).serviceIDIsPending)
        try await list(harness, "chosen-\(task.rawValue)")
        reply.fail(ServiceError(.service, "It broke."))
        try await harness.log.turn(.failed)
        try await list(harness, "chosen-\(task.rawValue)")
        #expect(try await harness.store.tasks().map(\.id) == [task], "no ghost of a message that failed")

        harness.submit(.retry(2))
        let again = try await service.nextReply()
        #expect(again.request.conversation.serviceID == nil)
        again.send(.accepted(serviceID: "chosen-\(task.rawValue)"))
        again.end()
        try await harness.log.turn(.done)
        #expect(try await !harness.task(task).serviceIDIsPending)
        harness.send("More", in: task)
        #expect(try await service.nextReply().request.conversation.serviceID == "chosen-\(task.rawValue)")
        await harness.end()
    }

    @Test func twinsOfAnEarlierVersionBecomeOne() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("parley.sqlite")
        do {
            let old = try SessionStore.database(at: path, upTo: "find words of scripts without spaces")
            try await old.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO task (id, account, agent_id, agent_name, service_id, title, title_is_provisional,
                            created_at, updated_at, mode, draft)
                        VALUES ('ghost', 'acme', 'a', 'A', 's-1', 'Listed', 1, 0, 5, 'streamed', 'draft'),
                            ('real', 'acme', 'a', 'A', 's-1', 'Said', 1, 1, 4, 'streamed', ''),
                            ('same', 'other', 'a', 'A', 's-1', 'Other account', 1, 1, 4, 'streamed', ''),
                            ('none', 'acme', 'a', 'A', NULL, 'New', 1, 1, 4, 'streamed', ''),
                            ('none2', 'acme', 'a', 'A', NULL, 'New', 1, 1, 4, 'streamed', '');
                        INSERT INTO message (id, task, turn, role, text, at, state) VALUES
                            (2, 'real', 2, 'user', 'Hello', 0, 'complete'), (3, 'real', 2, 'agent', 'Hi', 0, 'complete'),
                            (-3, 'ghost', NULL, 'user', 'Hello', 0, 'complete'),
                            (-2, 'ghost', NULL, 'agent', 'Hi', 0, 'complete');
                        INSERT INTO step VALUES (-2, 'x', 1, 'tool', 'T', 'completed', '');
                        INSERT INTO turn (id, task, mode, state, message, reply, started_at, ended_at)
                            VALUES (2, 'real', 'streamed', 'done', 2, 3, 0, 0);
                        """)
            }
            try old.close()
        }
        let store = try SessionStore(path: path)
        #expect(Set(try await store.tasks().map(\.id.rawValue)) == ["real", "same", "none", "none2"])
        let real = ChatTask.ID(rawValue: "real")
        #expect(try await store.messages(of: real).map(\.text) == ["Hello", "Hi"])
        #expect(try await store.task(real)?.draft.text == "draft")
        let rest = try await store.read { db in
            try Int.fetchOne(
                db, sql: "SELECT (SELECT count(*) FROM message) * 100 + (SELECT count(*) FROM step)")
        }
        #expect(rest == 200, "nothing of the ghost is left")
    }
}

extension SessionStore {
    /// A file as an earlier version has left it.
    static func database(at path: String, upTo migration: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.prepareDatabase { $0.add(function: UnspacedScripts.function) }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try Schema.migrator.migrate(queue, upTo: migration)
        return queue
    }
}
