import Foundation
import TestSupport
import Testing

@testable import SessionCore

/// What is deleted is in no file afterwards.
@Suite(.timeLimit(.scaled(minutes: 5))) struct DeletionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The files that hold this word, or all but its first letters: the index shortens words that begin alike.
    private func files(with word: String) throws -> [String] {
        let parts = [Data(word.utf8), Data(word.utf8.dropFirst(4))]
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { name in
            let data = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
            return parts.contains { data.range(of: $0) != nil }
        }
    }

    @Test func aDeletedTaskIsInNoFile() async throws {
        let store = try SessionStore(path: folder.file("parley.sqlite"))
        let harness = try Harness([.streams, .deletes], store: store)
        await harness.manager.start()
        let other = await harness.create()
        let task = await harness.create()
        for (id, word) in [(other, "ordinary"), (task, "zqxsecretword"), (other, "further")] {
            harness.submit(.setDraft(id, Draft(text: "draft of \(word)", cursor: 0)))
            harness.send("The \(word) is " + String(repeating: "long ", count: 2000), in: id)
            let reply = try await harness.service.nextReply()
            for number in 0..<20 {
                reply.text("\(word) number \(number), ")
                try await reply.delivered()
                await harness.manager.settled()
            }
            reply.send(.step(Step(id: "1", kind: .tool, title: word, state: .completed, detail: word)))
            reply.end()
            await harness.manager.settled()
        }
        harness.submit(.setDraft(task, Draft(text: "zqxsecretword again", cursor: 0)))
        await harness.manager.settled()
        #expect(!(try files(with: "zqxsecretword").isEmpty))
        harness.submit(.delete(task))
        await harness.manager.settled()
        // The service has no such conversation; what goes on beside the manager's loop ends with it.
        await harness.manager.shutdown(grace: .seconds(3600))
        #expect(try files(with: "zqxsecretword") == [])
        #expect(try files(with: "ordinary") == ["parley.sqlite"])
        #expect(try await store.search(SearchRequest(words: "further")).hits.count == 2)
        #expect(try await store.search(SearchRequest(words: "zqxsecretword")).hits.isEmpty)
    }

    /// Another Parley that reads holds the log up; it is emptied when that has ended.
    @Test func theLogIsEmptiedWhenNobodyReadsItAnyMore() async throws {
        let path = folder.file("parley.sqlite")
        let store = try SessionStore(path: path, busyTimeout: .zero)
        let harness = try Harness(store: store)
        await harness.manager.start()
        let task = await harness.create()
        harness.submit(.rename(task, title: "zqxsecretword"))
        await harness.manager.settled()
        let other = try SessionStore(path: path)
        let blocker = Blocker()
        let reading = Task {
            try await other.read { db in
                _ = try db.tasks("1", [])
                blocker.block()
            }
        }
        await blocker.isBlocking()
        harness.submit(.delete(task))
        await harness.manager.settled()
        #expect(try files(with: "zqxsecretword") != [])
        blocker.release()
        try await reading.value
        try await eventually {
            harness.clock.advance(by: .seconds(10))
            return try files(with: "zqxsecretword") == []
        }
        await harness.end()
    }
}
