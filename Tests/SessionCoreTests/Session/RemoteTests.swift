import Foundation
import SessionCore
import Testing

/// What a service knows that the store does not: its tasks, their history, its welcome.
@Suite(.timeLimit(.minutes(1))) struct RemoteTests {
    private static let at = Date(timeIntervalSince1970: 1_700_000_000)

    private func remote(_ id: String, _ title: String, at date: Date? = at) -> RemoteTask {
        RemoteTask(serviceID: id, agent: Harness.agent, title: title, updatedAt: date)
    }

    private func lists(_ harness: Harness) -> [[ChatTask]] {
        harness.log.all.compactMap { if case .tasks(let tasks) = $0 { tasks } else { nil } }
    }

    private func list(_ harness: Harness, _ pages: [[RemoteTask]]) async {
        let told = lists(harness).count
        harness.submit(.refresh)
        for (number, tasks) in pages.enumerated() {
            let call = await harness.service.listings.next()
            call.answer(Page(tasks, next: number + 1 < pages.count ? "page \(number + 1)" : nil))
        }
        while lists(harness).count == told { await harness.manager.settled() }
    }

    @Test func tasksOfTheServiceJoinTheList() async throws {
        let harness = try Harness([.streams, .listsTasks])
        await harness.manager.start()
        await list(
            harness, [[remote("r1", "First"), remote("r2", "**Second**")], [remote("r3", "Third", at: nil)]])
        let tasks = try #require(lists(harness).last)
        #expect(Set(tasks.map(\.title)) == ["First", "Second", "Third"])
        #expect(tasks.first { $0.title == "First" }?.updatedAt == Self.at)
        #expect(tasks.first { $0.title == "Third" }?.updatedAt == ManualClock.origin)
        #expect(tasks.allSatisfy { $0.unread == 0 && $0.account == Harness.account })
        await list(harness, [[remote("r1", "First"), remote("r4", "Fourth")]])
        #expect(lists(harness).last?.count == 4, "what is known is not taken twice")
        await harness.end()
    }

    @Test func aDeletedTaskDoesNotComeBack() async throws {
        let harness = try Harness([.streams, .listsTasks])
        await harness.manager.start()
        await list(harness, [[remote("r1", "First")]])
        let id = try #require(lists(harness).last?.first?.id)
        harness.submit(.delete(id))
        await list(harness, [[remote("r1", "First")]])
        #expect(lists(harness).last?.isEmpty == true)
        await harness.end()
    }

    @Test func aListingThatFailsSaysWhose() async throws {
        let harness = try Harness([.streams, .listsTasks])
        await harness.manager.start()
        harness.submit(.refresh)
        await harness.service.listings.next().fail(ServiceError(.unauthorized, "The key is wrong."))
        await harness.log.first {
            if case .problem(let text) = $0 {
                text.contains("acme") && text.contains("The key is wrong.")
            } else {
                false
            }
        }
        await harness.end()
    }

    // MARK: History

    private func message(_ number: Int) -> RemoteMessage {
        RemoteMessage(
            serviceID: "m\(number)", role: number.isMultiple(of: 2) ? .agent : .user,
            text: "message \(number)",
            at: Self.at.addingTimeInterval(Double(number)))
    }

    private func page(_ harness: Harness, _ request: PageRequest) async -> MessagePage {
        let event = await harness.log.first {
            if case .page(let page) = $0 { page.request == request } else { false }
        }
        guard case .page(let page) = event else { preconditionFailure("the event is a page") }
        return page
    }

    @Test func historyIsFetchedPageByPageAsItIsRead() async throws {
        let harness = try Harness([.streams, .listsTasks, .history])
        await harness.manager.start()
        await list(harness, [[remote("r1", "Old talk")]])
        let task = try #require(lists(harness).last?.first?.id)

        let newest = PageRequest(task: task, place: .newest, limit: 3)
        harness.submit(.load(newest))
        harness.submit(.load(newest))
        let first = await harness.service.histories.next()
        #expect(first.question == nil)
        first.answer(Page((5...8).map(message), next: "older"))
        let shown = await page(harness, newest)
        #expect(shown.messages.map(\.text) == ["message 6", "message 7", "message 8"])
        #expect(shown.hasEarlier)
        #expect(try await harness.task(task).unread == 0, "it was read elsewhere")

        let before = PageRequest(task: task, place: .before(shown.messages[0].id), limit: 3)
        harness.submit(.load(before))
        let second = await harness.service.histories.next()
        #expect(second.question == "older")
        second.answer(Page((1...4).map(message)))
        let earlier = await page(harness, before)
        #expect(earlier.messages.map(\.text) == ["message 3", "message 4", "message 5"])

        let last = PageRequest(task: task, place: .before(earlier.messages[0].id), limit: 3)
        harness.submit(.load(last))
        let rest = await page(harness, last)
        #expect(rest.messages.map(\.text) == ["message 1", "message 2"])
        #expect(!rest.hasEarlier)
        #expect(harness.service.histories.count == 2)

        harness.send("And now?", in: task)
        let reply = await harness.service.nextReply()
        #expect(reply.request.conversation.serviceID == "r1")
        reply.text("Now this.")
        reply.end()
        await harness.log.turn(.done)
        #expect(
            try await harness.store.messages(of: task).map(\.text)
                == (1...8).map { "message \($0)" } + ["And now?", "Now this."])
        #expect(try await harness.store.messages(of: task).first?.at == Self.at.addingTimeInterval(1))
        #expect(try await harness.manager.search(SearchRequest(words: "message 7")).hits.count == 1)
        await harness.end()
    }

    @Test func historyThatCannotBeHadSaysSoAndShowsWhatThereIs() async throws {
        let harness = try Harness([.streams, .listsTasks, .history])
        await harness.manager.start()
        await list(harness, [[remote("r1", "Old talk")]])
        let task = try #require(lists(harness).last?.first?.id)
        let newest = PageRequest(task: task, place: .newest)
        harness.submit(.load(newest))
        await harness.service.histories.next().fail(ServiceError(.unreachable, "No network."))
        #expect(await page(harness, newest).messages.isEmpty)
        #expect(harness.log.problems.first?.contains("No network.") == true)
        harness.log.clear()
        harness.submit(.load(newest))
        await harness.service.histories.next().answer(Page([message(1)]))
        #expect(await page(harness, newest).messages.count == 1, "it is asked for again")
        await harness.end()
    }

    // MARK: Opening

    @Test func aNewTaskIsOpenedAndWelcomed() async throws {
        let (harness, task) = try await Harness.started([.streams, .opens])
        let open = await harness.service.opens.next()
        #expect(open.question.task == task)
        harness.send("Hello", in: task)
        await harness.manager.settled()
        #expect(harness.service.replies.count == 0, "not before the conversation is open")
        open.answer([.accepted(serviceID: "s-1"), .text("Welcome!"), .suggestions(["Best sellers"])])
        let reply = await harness.service.nextReply()
        #expect(reply.request.conversation.serviceID == "s-1")
        reply.text("Hi")
        reply.end()
        await harness.log.turn(.done)
        #expect(try await harness.transcript(task) == ["agent: Welcome!", "user: Hello", "agent: Hi"])
        #expect(try await harness.store.messages(of: task).first?.extras.suggestions == ["Best sellers"])
        await harness.end()
    }

    @Test func aTaskThatCannotBeOpenedCanBeWrittenInAllTheSame() async throws {
        let (harness, task) = try await Harness.started([.streams, .opens])
        harness.send("Hello", in: task)
        await harness.service.opens.next().fail(ServiceError(.unreachable, "No network."))
        #expect(await harness.service.nextReply().request.text == "Hello")
        #expect(harness.log.problems.first?.contains("No network.") == true)
        await harness.end()
    }

    @Test func aTaskWithNothingButItsWelcomeIsDiscarded() async throws {
        let (harness, task) = try await Harness.started([.streams, .opens])
        await harness.service.opens.next().answer([.accepted(serviceID: "s-1"), .text("Welcome!")])
        await harness.log.first { if case .message = $0 { true } else { false } }
        harness.submit(.discardIfEmpty(task))
        await harness.manager.settled()
        #expect(try await harness.store.task(task) == nil)
        await harness.end()
    }
}
