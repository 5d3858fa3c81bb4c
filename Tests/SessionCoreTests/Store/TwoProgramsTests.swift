import Foundation
import TestSupport
import Testing

@testable import SessionCore

/// An open interface and `parley send` on one file.
@Suite(.timeLimit(.scaled(minutes: 5))) struct TwoProgramsTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("parley.sqlite")
    }

    private func harness() throws -> Harness { try Harness(store: SessionStore(path: path)) }

    /// Starts a program that leaves what others left to them, and a turn that runs in the background there.
    private static func beginLongJob(in command: Harness) async throws -> ChatTask.ID {
        await command.manager.start(resuming: false)
        let task = await command.create()
        command.send("Long job", in: task, .background)
        let begin = try await command.service.begins.next()
        begin.answer(Ticket(id: "job", conversation: begin.question.conversation))
        try await command.log.turn(.running)
        return task
    }

    @Test func oneDoesNotTakeTheOthersTurnsForOrphans() async throws {
        let interface = try harness()
        await interface.manager.start()
        let task = await interface.create()
        interface.send("Hello", in: task)
        let reply = try await interface.service.nextReply()
        reply.text("Hi")
        try await interface.log.turn(.streaming)

        let command = try harness()
        await command.manager.start()
        command.submit(.sync)
        await command.manager.settled()
        #expect(try await command.states(task) == [.streaming])
        #expect(
            try await command.transcript(task) == ["user: Hello", "agent: Hi"],
            "it reads what has arrived so far")
        reply.text(" there")
        reply.end()
        try await interface.log.turn(.done)
        #expect(try await command.transcript(task) == ["user: Hello", "agent: Hi there"])
        await command.end()
        await interface.end()
    }

    @Test func oneSeesWhatTheOtherWrote() async throws {
        let interface = try harness()
        await interface.manager.start()
        let command = try harness()
        await command.manager.start(resuming: false)
        let task = await command.create()
        command.send("From the shell", in: task)
        let reply = try await command.service.nextReply()
        reply.text("Done.")
        reply.end()
        try await command.log.turn(.done)

        interface.log.clear()
        interface.submit(.sync)
        await interface.manager.settled()
        let emitted = interface.log.events.compactMap {
            if case .changed(let tasks) = $0 { tasks } else { nil }
        }
        #expect(emitted.map { $0.map(\.title) } == [["From the shell"]])
        #expect(emitted.first?.first?.unread == 1)
        interface.log.clear()
        interface.submit(.sync)
        await interface.manager.settled()
        #expect(interface.log.events.isEmpty, "nothing has changed since")
        await command.end()
        await interface.end()
    }

    @Test func aTurnIsHandedOnWhenItsProgramEnds() async throws {
        let interface = try harness()
        await interface.manager.start()
        let task: ChatTask.ID
        do {
            let command = try harness()
            task = try await Self.beginLongJob(in: command)
            interface.submit(.sync)
            await interface.manager.settled()
            #expect(interface.clock.sleepers == 0, "the other polls it")
            await command.end()
        }
        interface.submit(.sync)
        let poll = try await interface.service.polls.next()
        #expect(poll.question.id == "job")
        poll.answer(PollAnswer(.done, events: [.text("Finished")]))
        try await interface.log.turn(.done)
        #expect(try await interface.transcript(task) == ["user: Long job", "agent: Finished"])
        await interface.end()
    }

    /// An interface with a turn under way, and a command whose message waits behind it.
    private func waiting() async throws -> (Harness, Harness, ChatTask.ID, ScriptedService.Reply) {
        let interface = try harness()
        await interface.manager.start()
        let task = await interface.create()
        interface.send("First", in: task)
        let first = try await interface.service.nextReply()
        let command = try harness()
        await command.manager.start(resuming: false)
        command.send("Second", in: task)
        await command.manager.settled()
        #expect(try await command.states(task) == [.sending, .queued])
        return (interface, command, task, first)
    }

    @Test func aMessageBehindTheOthersTurnWaitsAndIsSentByItsProgram() async throws {
        let (interface, command, task, first) = try await waiting()
        interface.send("Third", in: task)
        first.end()
        try await interface.log.turn(.done, 2)
        await interface.manager.settled()
        #expect(interface.service.replies.count == 1, "the second is not its own")
        try await command.clock.advanceToNextWake()
        let second = try await command.service.nextReply()
        #expect(second.request.text == "Second")
        #expect(interface.service.replies.count == 1)
        second.text("Answer")
        second.end()
        try await command.log.turn(.done, 4)
        try await interface.clock.advanceToNextWake()
        let third = try await interface.service.nextReply()
        #expect(third.request.text == "Third")
        third.end()
        try await interface.log.turn(.done, 6)
        await interface.manager.settled()
        #expect(try await interface.states(task) == [.done, .done, .done])
        await command.manager.settled()
        #expect(interface.clock.sleepers == 0 && command.clock.sleepers == 0)
        await command.end()
        await interface.end()
    }

    @Test func aMessageBehindATurnThatFailedThereIsNotSent() async throws {
        let (interface, command, task, first) = try await waiting()
        first.fail(ServiceError(.service, "It broke."))
        try await interface.log.turn(.failed)
        try await command.clock.advanceToNextWake()
        let turn = try await command.log.turn(.failed)
        #expect(turn.failure?.message.contains("not sent") == true)
        #expect(try await command.transcript(task) == ["user: First", "user: Second"])
        #expect(command.service.replies.count == 0)
        await command.end()
        await interface.end()
    }

    @Test func aMessageTakenBackElsewhereIsEmittedAsRemoved() async throws {
        let (interface, command, task, first) = try await waiting()
        interface.submit(.takeBack(4))
        await interface.manager.settled()
        try await command.clock.advanceToNextWake()
        try await command.log.first {
            if case .messageRemoved(task, 4) = $0 { true } else { false }
        }
        await command.manager.settled()
        #expect(command.clock.sleepers == 0)
        first.end()
        await command.end()
        await interface.end()
    }

    @Test func stoppingLeavesTheMessagesOfTheOther() async throws {
        let (interface, command, task, _) = try await waiting()
        interface.submit(.stop(task))
        try await interface.log.turn(.stopped)
        #expect(try await interface.states(task) == [.stopped, .queued])
        await command.end()
        await interface.end()
    }

    @Test func anOrphanedRunningTurnIsPolledByTheProgramThatWaitsForIt() async throws {
        let task: ChatTask.ID
        do {
            let command = try harness()
            task = try await Self.beginLongJob(in: command)
            await command.end()
        }
        let command = try harness()
        await command.manager.start(resuming: false)
        command.send("And then?", in: task)
        try await command.clock.advanceToNextWake()
        try await command.service.polls.next().answer(PollAnswer(.done, events: [.text("Finished")]))
        #expect(try await command.service.nextReply().request.text == "And then?")
        await command.end()
    }

    @Test func oneStopsWhatTheOtherReceives() async throws {
        let interface = try harness()
        await interface.manager.start()
        let task = await interface.create()
        interface.send("Hello", in: task)
        let reply = try await interface.service.nextReply()
        reply.text("One ")
        try await interface.log.turn(.streaming)
        let command = try harness()
        await command.manager.start(resuming: false)
        command.submit(.stop(task))
        try await command.log.turn(.stopped)
        reply.text("two")
        try await reply.delivered()
        await interface.manager.settled()
        #expect(try await interface.transcript(task) == ["user: Hello", "agent: One "])
        #expect(try await interface.states(task) == [.stopped])
        await command.end()
        await interface.end()
    }

    @Test func manyWritersLoseNothing() async throws {
        let stores = try (0..<4).map { _ in try SessionStore(path: path, busyTimeout: TimeLimits.wait) }
        let now = ManualClock.origin
        try await withThrowingTaskGroup { group in
            for (number, store) in stores.enumerated() {
                group.addTask {
                    let id = ChatTask.ID(rawValue: "t\(number)")
                    let created =
                        ChatTask(
                            id: id, account: "acme", agent: Harness.agent, createdAt: now, updatedAt: now)
                    try await store.transact { try $0.create(created) }
                    for count in 0..<50 {
                        try await store.transact { [task = id] in
                            try $0.say("message \(count)", in: task, mode: .streamed)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        for number in 0..<4 {
            let texts = try await stores[0].messages(of: ChatTask.ID(rawValue: "t\(number)")).map(\.text)
            #expect(texts == (0..<50).map { "message \($0)" })
        }
    }

    // MARK: Without being asked

    /// Whoever looks in between sees each step: an end has a higher revision than what came before it.
    @Test func everyStepOfATurnIsAChangeForTheOther() async throws {
        let command = try harness()
        await command.manager.start(resuming: false)
        let task = await command.create()
        command.send("From the shell", in: task)
        try await command.service.nextReply().end()
        try await command.log.first {
            if case .task(let task) = $0 { task.state == .idle && task.lastTurn != nil } else { false }
        }
        let seen = command.log.events.compactMap { event -> (ChatTask.State, Int64)? in
            if case .task(let task) = event { (task.state, task.revision) } else { nil }
        }
        let running = seen.filter { $0.0 == .running }.map(\.1).max() ?? .max
        let ended = seen.last { $0.0 == .idle }?.1 ?? 0
        #expect(ended > running, "\(seen)")
        await command.end()
    }

    @Test func whatTheOtherWroteIsNoticed() async throws {
        let interface = try harness()
        await interface.manager.start(watching: true)
        let command = try harness()
        await command.manager.start(resuming: false)
        let task = await command.create()
        command.send("From the shell", in: task)
        try await interface.log.first { event in
            if case .changed(let tasks) = event { tasks.first?.state == .running } else { false }
        }
        try await command.service.nextReply().end()
        try await interface.log.first { event in
            if case .changed(let tasks) = event { tasks.first?.state == .idle } else { false }
        }
        command.submit(.delete(task))
        try await interface.log.first { if case .tasks(let all) = $0 { all.isEmpty } else { false } }
        await command.end()
        await interface.end()
    }

    @Test func aTurnThatTheOtherLeavesIsPolledAtOnce() async throws {
        let interface = try harness()
        await interface.manager.start(watching: true)
        let command = try harness()
        let task = try await Self.beginLongJob(in: command)
        await command.end()
        try await interface.service.polls.next().answer(PollAnswer(.done, events: [.text("Finished")]))
        try await interface.log.turn(.done)
        #expect(try await interface.transcript(task) == ["user: Long job", "agent: Finished"])
        await interface.end()
    }

    @Test func aMessageThatWaitsForTheOtherLeavesWhenItHasEnded() async throws {
        let (interface, command, task, first) = try await waiting()
        let third = try harness()
        await third.manager.start(watching: true)
        third.send("Third", in: task)
        await third.manager.settled()
        first.end()
        try await command.clock.advanceToNextWake()
        try await command.service.nextReply().end()
        #expect(try await third.service.nextReply().request.text == "Third", "its clock stands still")
        await third.end()
        await command.end()
        await interface.end()
    }

    @Test func theReplyOfATurnThatTheOtherStopsIsClosed() async throws {
        let interface = try harness()
        await interface.manager.start(watching: true)
        let task = await interface.create()
        interface.send("Hello", in: task)
        _ = try await interface.service.nextReply()
        let command = try harness()
        await command.manager.start(resuming: false)
        command.submit(.stop(task))
        try await command.log.turn(.stopped)
        try await interface.log.first { event in
            if case .changed(let tasks) = event { tasks.first?.state == .stopped } else { false }
        }
        await interface.manager.settled()
        #expect(try await interface.states(task) == [.stopped])
        // Nothing is left that ending would wait for.
        await interface.manager.shutdown(grace: .seconds(1000))
        await command.end()
    }

    @Test func ownWritesAreNotTakenForThoseOfOthers() async throws {
        let interface = try harness()
        await interface.manager.start(watching: true)
        let task = await interface.create()
        interface.send("Hello", in: task)
        let reply = try await interface.service.nextReply()
        for number in 0..<200 {
            reply.text("\(number) ")
            try await reply.delivered()
            await interface.manager.settled()
        }
        reply.end()
        try await interface.log.turn(.done)
        let command = try harness()
        await command.manager.start(resuming: false)
        let other = await command.create()
        try await interface.log.first { event in
            if case .changed(let tasks) = event { tasks.contains { $0.id == other } } else { false }
        }
        let emitted = interface.log.events.filter { if case .changed = $0 { true } else { false } }
        #expect(emitted.count == 1)
        await command.end()
        await interface.end()
    }

    @Test func turnsOfAccountsThatAreMissingAreLeftToOthers() async throws {
        let task: ChatTask.ID
        do {
            let command = try harness()
            task = try await Self.beginLongJob(in: command)
            command.send("And then", in: task)
            await command.manager.settled()
            await command.end()
        }
        let other = try Harness(store: SessionStore(path: path), vanished: true)
        await other.manager.start()
        other.submit(.sync)
        await other.manager.settled()
        #expect(try await other.states(task) == [.running, .queued])
        let interface = try harness()
        await interface.manager.start()
        try await interface.service.polls.next().answer(PollAnswer(.done, events: [.text("Finished")]))
        #expect(try await interface.service.nextReply().request.text == "And then")
        await interface.end()
        await other.end()
    }
}
