import Foundation
import TestSupport
import Testing

@testable import SessionCore

/// What a service knows that the store does not: its tasks, their history, its welcome.
@Suite(.timeLimit(.scaled(minutes: 5))) struct RemoteTests {
    private static let at = Date(timeIntervalSince1970: 1_700_000_000)

    private func remote(_ id: String, _ title: String, at date: Date? = at) -> RemoteTask {
        RemoteTask(serviceID: id, agent: Harness.agent, title: title, updatedAt: date)
    }

    private func states(_ harness: Harness) -> [FetchState] {
        harness.log.events.compactMap {
            if case .listing(Harness.account, let state) = $0 { state } else { nil }
        }
    }

    /// Waits until a listing has come to rest in this state.
    private func rests(_ harness: Harness, in state: FetchState) async throws {
        try await harness.log.first { if case .listing(_, state) = $0 { true } else { false } }
    }

    private func tasks(_ harness: Harness) async throws -> [ChatTask] {
        try await harness.store.tasks(includingArchived: true)
    }

    /// Lists the only page of the service.
    private func list(_ harness: Harness, _ tasks: [RemoteTask]) async throws {
        harness.log.clear()
        harness.submit(.refresh)
        try await harness.service.listings.next().answer(Page(tasks))
        try await rests(harness, in: .complete)
    }

    @Test func tasksOfTheServiceJoinTheList() async throws {
        let harness = try Harness([.streams, .listsTasks])
        await harness.manager.start()
        try await list(
            harness, [remote("r1", "First"), remote("r2", "**Second**"), remote("r3", "Third", at: nil)])
        let all = try await tasks(harness)
        #expect(Set(all.map(\.title)) == ["First", "Second", "Third"])
        #expect(all.first { $0.title == "First" }?.updatedAt == Self.at)
        #expect(all.allSatisfy { $0.unread == 0 && $0.account == Harness.account })
        let emitted = harness.log.events.compactMap {
            if case .task(let task) = $0 { task.title } else { nil }
        }
        #expect(Set(emitted) == ["First", "Second", "Third"])
        try await list(harness, [remote("r1", "First"), remote("r4", "Fourth")])
        #expect(try await tasks(harness).count == 4, "what is known is not taken twice")
        await harness.end()
    }

    @Test func aDeletedTaskDoesNotComeBack() async throws {
        let harness = try Harness([.streams, .listsTasks])
        await harness.manager.start()
        try await list(harness, [remote("r1", "First")])
        harness.submit(.delete(try #require(try await tasks(harness).first?.id)))
        try await list(harness, [remote("r1", "First")])
        #expect(try await tasks(harness).isEmpty)
        await harness.end()
    }

    @Test func moreTasksAreListedPageByPage() async throws {
        let harness = try Harness([.streams, .listsTasks])
        await harness.manager.start()
        harness.submit(.refresh)
        let first = try await harness.service.listings.next()
        #expect(first.question == nil)
        first.answer(Page([remote("r1", "First", at: nil)], next: "2"))
        try await rests(harness, in: .more)
        #expect(states(harness) == [.loading, .more])
        harness.log.clear()

        harness.submit(.moreTasks(Harness.account))
        harness.submit(.moreTasks(Harness.account))
        let second = try await harness.service.listings.next()
        #expect(second.question == "2")
        second.answer(Page([remote("r1", "First", at: nil)], next: "3"))
        let third = try await harness.service.listings.next()
        #expect(third.question == "3", "a page without anything new is walked over")
        third.answer(Page([remote("r2", "Second", at: nil), remote("r3", "Third", at: nil)], next: nil))
        try await rests(harness, in: .complete)
        #expect(
            try await tasks(harness).map(\.title) == ["First", "Second", "Third"], "in the service's order")
        harness.log.clear()

        harness.submit(.moreTasks(Harness.account))
        await harness.manager.settled()
        #expect(states(harness) == [.complete])
        #expect(harness.service.listings.count == 3)
        await harness.end()
    }

    @Test func anEmptyPageIsNotTheEnd() async throws {
        let harness = try Harness([.streams, .listsTasks])
        await harness.manager.start()
        harness.submit(.refresh)
        try await harness.service.listings.next().answer(Page([], next: "2"))
        let second = try await harness.service.listings.next()
        #expect(second.question == "2")
        second.answer(Page([remote("r1", "First")], next: "2"))
        try await rests(harness, in: .complete)
        #expect(try await tasks(harness).count == 1)
        await harness.end()
    }

    @Test func aPageOfTasksThatFailsIsFetchedAgainAndNothingIsLost() async throws {
        let harness = try Harness([.streams, .listsTasks])
        await harness.manager.start()
        harness.submit(.refresh)
        try await harness.service.listings.next().answer(Page([remote("r1", "First")], next: "2"))
        try await rests(harness, in: .more)
        harness.submit(.moreTasks(Harness.account))
        let error = ServiceError(.unreachable, "No network.")
        try await harness.service.listings.next().fail(error)
        try await rests(harness, in: .waiting(error, until: ManualClock.origin.addingTimeInterval(1)))
        #expect(harness.log.problems.isEmpty)
        #expect(try await harness.clock.advanceToNextWake() == .seconds(1))
        let again = try await harness.service.listings.next()
        #expect(again.question == "2")
        let limited = ServiceError(
            .rateLimited, "Too many requests.", retryAt: harness.clock.today.addingTimeInterval(90))
        again.fail(limited)
        try await rests(harness, in: .waiting(limited, until: harness.clock.today.addingTimeInterval(90)))
        #expect(try await harness.clock.advanceToNextWake() == .seconds(90))
        try await harness.service.listings.next().answer(Page([remote("r2", "Second")]))
        try await rests(harness, in: .complete)
        #expect(try await tasks(harness).count == 2)
        await harness.manager.settled()
        #expect(harness.clock.sleepers == 0)
        await harness.end()
    }

    @Test func aRefreshBeginsAnewAndDropsTheOldPage() async throws {
        let harness = try Harness([.streams, .listsTasks])
        await harness.manager.start()
        harness.submit(.refresh)
        _ = try await harness.service.listings.next()
        harness.submit(.refresh)
        let second = try await harness.service.listings.next()
        #expect(harness.service.listings.cancelled == 1)
        second.answer(Page([remote("r1", "First")]))
        try await rests(harness, in: .complete)
        #expect(states(harness) == [.loading, .loading, .complete])
        await harness.end()
    }

    @Test func aListingThatFailsSaysWhose() async throws {
        let harness = try Harness([.streams, .listsTasks])
        await harness.manager.start()
        harness.submit(.refresh)
        let error = ServiceError(.unauthorized, "The key is wrong.")
        try await harness.service.listings.next().fail(error)
        try await rests(harness, in: .failed(error))
        #expect(harness.log.problems.isEmpty, "the interface says it, as long as it holds")
        harness.submit(.moreTasks(Harness.account))
        try await harness.service.listings.next().answer(Page([]))
        try await rests(harness, in: .complete)
        await harness.end()
    }

    // MARK: History

    private func message(_ number: Int) -> RemoteMessage {
        RemoteMessage(
            serviceID: "m\(number)", role: number.isMultiple(of: 2) ? .agent : .user,
            text: "message \(number)",
            at: Self.at.addingTimeInterval(Double(number)))
    }

    private func page(_ harness: Harness, _ request: PageRequest) async throws -> MessagePage {
        let event = try await harness.log.first {
            if case .page(let page) = $0 { page.request == request } else { false }
        }
        guard case .page(let page) = event else { preconditionFailure("the event is a page") }
        return page
    }

    @Test func historyIsFetchedPageByPageAsItIsRead() async throws {
        let harness = try Harness([.streams, .listsTasks, .history])
        await harness.manager.start()
        try await list(harness, [remote("r1", "Old talk")])
        let task = try #require(try await tasks(harness).first?.id)

        let newest = PageRequest(task: task, place: .newest, limit: 3)
        harness.submit(.load(newest))
        harness.submit(.load(newest))
        let first = try await harness.service.histories.next()
        #expect(first.question == nil)
        first.answer(Page((5...8).map(message), next: "older"))
        let shown = try await page(harness, newest)
        #expect(shown.messages.map(\.text) == ["message 6", "message 7", "message 8"])
        #expect(shown.hasEarlier)
        #expect(try await harness.task(task).unread == 0, "it was read elsewhere")

        let before = PageRequest(task: task, place: .before(shown.messages[0].id), limit: 3)
        harness.submit(.load(before))
        let second = try await harness.service.histories.next()
        #expect(second.question == "older")
        second.answer(Page((1...4).map(message)))
        let earlier = try await page(harness, before)
        #expect(earlier.messages.map(\.text) == ["message 3", "message 4", "message 5"])

        let last = PageRequest(task: task, place: .before(earlier.messages[0].id), limit: 3)
        harness.submit(.load(last))
        let rest = try await page(harness, last)
        #expect(rest.messages.map(\.text) == ["message 1", "message 2"])
        #expect(!rest.hasEarlier)
        #expect(harness.service.histories.count == 2)

        harness.send("And now?", in: task)
        let reply = try await harness.service.nextReply()
        #expect(reply.request.conversation.serviceID == "r1")
        reply.text("Now this.")
        reply.end()
        try await harness.log.turn(.done)
        #expect(
            try await harness.store.messages(of: task).map(\.text)
                == (1...8).map { "message \($0)" } + ["And now?", "Now this."])
        #expect(try await harness.store.messages(of: task).first?.at == Self.at.addingTimeInterval(1))
        #expect(try await harness.store.search(SearchRequest(words: "message 7")).hits.count == 1)
        await harness.end()
    }

    private func history(_ harness: Harness, _ state: FetchState) async throws {
        try await harness.log.first { if case .history(_, state) = $0 { true } else { false } }
    }

    /// A task of the service whose newest messages, 5 to 8, are here.
    private func talk() async throws -> (Harness, ChatTask.ID, first: Message.ID) {
        let harness = try Harness([.streams, .listsTasks, .history])
        await harness.manager.start()
        try await list(harness, [remote("r1", "Old talk")])
        let task = try #require(try await tasks(harness).first?.id)
        let newest = PageRequest(task: task, place: .newest)
        harness.submit(.load(newest))
        try await harness.service.histories.next().answer(Page((5...8).map(message), next: "older"))
        let first = try #require(await page(harness, newest).messages.first?.id)
        return (harness, task, first)
    }

    @Test func aTaskWithoutATitleIsNamedByItsFirstMessage() async throws {
        let harness = try Harness([.streams, .listsTasks, .history])
        await harness.manager.start()
        try await list(harness, [remote("r1", ""), remote("r2", "")])
        let ids = try await tasks(harness).map(\.id)
        harness.submit(.name(ids[0]))
        try await harness.service.histories.next().answer(
            Page(
                [RemoteMessage(serviceID: "1", role: .user, text: "Which way to Lisbon?", at: nil)], next: nil
            ))
        try await history(harness, .complete)
        #expect(try await harness.task(ids[0]).title == "Which way to Lisbon?")
        #expect(try await harness.task(ids[0]).unread == 0)
        // What fails is not reported: nobody has opened the task.
        let error = ServiceError(.forbidden, "No.")
        harness.submit(.name(ids[1]))
        try await harness.service.histories.next().fail(error)
        try await history(harness, .failed(error))
        #expect(harness.log.problems == [])
        await harness.end()
    }

    @Test func earlierHistoryThatFailsShowsWhatIsHereAndIsFetchedAgain() async throws {
        let (harness, task, first) = try await talk()
        let error = ServiceError(.unreachable, "No network.")
        let before = PageRequest(task: task, place: .before(first))
        harness.submit(.load(before))
        try await harness.service.histories.next().fail(error)
        let shown = try await page(harness, before)
        #expect(shown.messages.isEmpty && !shown.hasEarlier, "it does not ask in a loop")
        try await history(harness, .waiting(error, until: ManualClock.origin.addingTimeInterval(1)))
        harness.submit(.load(before))
        await harness.manager.settled()
        #expect(harness.service.histories.count == 2)
        harness.log.clear()
        try await harness.clock.advanceToNextWake()
        let again = try await harness.service.histories.next()
        #expect(again.question == "older")
        again.answer(Page((1...4).map(message)))
        try await history(harness, .complete)
        harness.submit(.load(before))
        #expect(
            try await page(harness, before).messages.map(\.text) == (1...4).map { "message \($0)" })
        #expect(try await harness.task(task).unread == 0)
        await harness.end()
    }

    @Test func aHistoryThatIsRefusedWaitsForThePerson() async throws {
        let (harness, task, first) = try await talk()
        let error = ServiceError(.forbidden, "Not yours.")
        let before = PageRequest(task: task, place: .before(first))
        harness.submit(.load(before))
        try await harness.service.histories.next().fail(error)
        try await history(harness, .failed(error))
        #expect(harness.log.problems.first?.contains("Not yours.") == true)
        _ = try await page(harness, before)
        #expect(harness.clock.sleepers == 0)
        harness.submit(.loadEarlier(task))
        try await harness.service.histories.next().answer(Page([message(4), message(5)], next: "oldest"))
        await harness.manager.settled()
        try await history(harness, .more)
        #expect(
            try await harness.store.messages(of: task).map(\.text) == (4...8).map { "message \($0)" },
            "a message that two pages hold is here once")
        await harness.end()
    }

    @Test func aPageThatAnotherProgramHasStoredIsNotStoredAgain() async throws {
        let (harness, task, _) = try await talk()
        let (stored, cursor) = try #require(try await harness.store.historyCursor(of: task))
        let place = try #require(HistoryPlace(stored, at: cursor))
        let page = Page([message(4)], next: "oldest")
        try await harness.store.transact { try $0.add(page, at: place) }
        let again = try await harness.store.transact { try $0.add(page, at: place) }
        #expect(again.isEmpty)
        #expect(try await harness.store.messages(of: task).count == 5)
        await harness.end()
    }

    @Test func whatWasSaidHereBeforeTheHistoryCameIsNotThereTwice() async throws {
        let harness = try Harness([.streams, .listsTasks, .history])
        await harness.manager.start()
        try await list(harness, [remote("r1", "Old talk")])
        let task = try #require(try await tasks(harness).first?.id)
        harness.send("Hello", in: task)
        let reply = try await harness.service.nextReply()
        reply.text("Hi.")
        reply.end()
        try await harness.log.turn(.done)
        harness.submit(.loadEarlier(task))
        try await harness.service.histories.next().answer(
            Page([
                message(1), message(2), RemoteMessage(role: .user, text: "Hello\n"),
                RemoteMessage(serviceID: "x", role: .agent, text: "Hi."),
            ]))
        try await history(harness, .complete)
        #expect(
            try await harness.transcript(task)
                == ["user: message 1", "agent: message 2", "user: Hello", "agent: Hi."])
        await harness.end()
    }

    @Test func aTaskThatBeganHereHasNoEarlierHistory() async throws {
        let (harness, task) = try await Harness.started([.streams, .history])
        harness.send("Hello", in: task)
        let reply = try await harness.service.nextReply()
        reply.send(.accepted(serviceID: "s-1"))
        reply.end()
        try await harness.log.turn(.done)
        harness.submit(.loadEarlier(task))
        try await history(harness, .complete)
        let newest = PageRequest(task: task, place: .newest)
        harness.submit(.load(newest))
        #expect(try await !page(harness, newest).hasEarlier)
        await harness.end()
    }

    @Test func aTaskWithoutATitleGetsOneFromItsHistory() async throws {
        let harness = try Harness([.streams, .listsTasks, .history])
        await harness.manager.start()
        try await list(harness, [remote("r1", "")])
        let task = try #require(try await tasks(harness).first?.id)
        harness.submit(.loadEarlier(task))
        try await harness.service.histories.next().answer(Page([message(1), message(2)]))
        try await history(harness, .complete)
        #expect(try await harness.task(task).title == "message 1")
        await harness.end()
    }

    // MARK: Forks

    @Test func aForkIsATaskAtOnceAndFetchesItsHistory() async throws {
        let (harness, task) = try await Harness.started([.streams, .history, .forks])
        harness.send("Hello", in: task)
        let reply = try await harness.service.nextReply()
        reply.send(.accepted(serviceID: "s-1"))
        reply.send(.messageID("m-1"))
        reply.text("Hi.")
        reply.end()
        try await harness.log.turn(.done)
        let forked = ChatTask.ID.random()
        harness.submit(.fork(task, upTo: 3, as: forked))
        let call = try await harness.service.forks.next()
        #expect(call.question?.serviceID == "m-1")
        call.answer("s-2")
        try await harness.log.first { if case .task(let task) = $0 { task.id == forked } else { false } }
        let new = try await harness.task(forked)
        #expect(new.origin == task && new.serviceID == "s-2" && new.title == "Hello")
        let newest = PageRequest(task: forked, place: .newest)
        harness.submit(.load(newest))
        try await harness.service.histories.next().answer(Page([message(1), message(2)]))
        #expect(try await page(harness, newest).messages.map(\.text) == ["message 1", "message 2"])
        await harness.end()
    }

    @Test func aMessageThatTheServiceHasNoNameForIsShownByWhatWasSaid() async throws {
        let (harness, task) = try await Harness.started([.streams, .forks])
        harness.send("Hello", in: task)
        let reply = try await harness.service.nextReply()
        reply.send(.accepted(serviceID: "s-1"))
        reply.text("Hi.")
        reply.end()
        try await harness.log.turn(.done)
        harness.submit(.fork(task, upTo: 2, as: .random()))
        let unnamed = try await harness.service.forks.next()
        #expect(unnamed.question?.serviceID == nil)
        #expect(unnamed.question?.words.map(\.text) == ["Hello"])
        unnamed.fail(ServiceError.unknownForkPoint)
        try await harness.log.first {
            if case .problem(let text) = $0 { text.contains("no id for this message") } else { false }
        }
        harness.submit(.fork(task, upTo: 3, as: .random()))
        let call = try await harness.service.forks.next()
        #expect(call.question == nil, "the last message: all of it")
        call.fail(ServiceError(.forbidden, "Not yours."))
        try await harness.log.first {
            if case .problem(let text) = $0 { text.contains("Not yours.") } else { false }
        }
        await harness.end()
    }

    // MARK: Opening

    @Test func aNewTaskIsOpenedAndWelcomed() async throws {
        let (harness, task) = try await Harness.started([.streams, .opens])
        let open = try await harness.service.opens.next()
        #expect(open.question.task == task)
        harness.send("Hello", in: task)
        await harness.manager.settled()
        #expect(harness.service.replies.count == 0, "not before the conversation is open")
        open.answer([.accepted(serviceID: "s-1"), .text("Welcome!"), .suggestions(["Best sellers"])])
        let reply = try await harness.service.nextReply()
        #expect(reply.request.conversation.serviceID == "s-1")
        reply.text("Hi")
        reply.end()
        try await harness.log.turn(.done)
        #expect(try await harness.transcript(task) == ["agent: Welcome!", "user: Hello", "agent: Hi"])
        #expect(try await harness.store.messages(of: task).first?.extras.suggestions == ["Best sellers"])
        await harness.end()
    }

    @Test func aTaskThatCannotBeOpenedCanBeWrittenInAllTheSame() async throws {
        let (harness, task) = try await Harness.started([.streams, .opens])
        harness.send("Hello", in: task)
        try await harness.service.opens.next().fail(ServiceError(.unreachable, "No network."))
        #expect(try await harness.service.nextReply().request.text == "Hello")
        #expect(harness.log.problems.first?.contains("No network.") == true)
        await harness.end()
    }

    @Test func aTaskWithNothingButItsWelcomeIsDiscarded() async throws {
        let (harness, task) = try await Harness.started([.streams, .opens, .deletes])
        try await harness.service.opens.next().answer([.accepted(serviceID: "s-1"), .text("Welcome!")])
        try await harness.log.first { if case .message = $0 { true } else { false } }
        harness.submit(.discardIfEmpty(task))
        #expect(try await harness.service.deletions.next().question.serviceID == "s-1")
        #expect(try await harness.store.task(task) == nil)
        await harness.end()
    }
}
