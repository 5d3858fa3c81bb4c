import Foundation
import Testing

@testable import SessionCore

/// What an answer to a poll means for its turn. When a turn is polled is tested with the poller.
@Suite struct PolledTurnsTests {
    private static let task = ChatTask(
        id: ChatTask.ID(rawValue: "t"), account: "acme", agent: Agent(id: "1", name: "Support"),
        createdAt: .distantPast, updatedAt: .distantPast)

    private static func running(
        reply: Message.ID? = nil, failure: ServiceError? = nil
    ) throws -> RunningTurn {
        let turn = Turn(
            id: 2, task: task.id, mode: .background, state: .running, message: 2, reply: reply,
            ticket: "job", failure: failure, generation: 1, startedAt: .distantPast)
        return try #require(RunningTurn(turn, in: task))
    }

    private let attempt = TurnAttempt(turn: 2, generation: 1)

    /// Polls once and gives this answer.
    private func poll(
        _ turns: inout PolledTurns, _ result: Result<PollAnswer, ServiceError>
    ) throws -> PolledTurns.Outcome? {
        let due = try #require(turns.wake)
        #expect(turns.due(at: due).map(\.attempt) == [attempt])
        return turns.answered(attempt, result, at: due, today: .distantPast, random: 0.5)
    }

    @Test func anAnswerThatSaysNothingNewCostsNoWrite() throws {
        var turns = PolledTurns()
        turns.start(try Self.running(), due: .zero)
        #expect(try poll(&turns, .success(PollAnswer(.running))) == nil)
        let more = try poll(&turns, .success(PollAnswer(.running, events: [.text("Half")])))
        #expect(more?.event == .polled(.running))
        #expect(more?.delta?.text == .append("Half", offset: 0))
        #expect(try poll(&turns, .success(PollAnswer(.running, events: [.text("Half")]))) == nil)
    }

    @Test func anAnswerAfterAFailureIsStoredToClearIt() throws {
        var turns = PolledTurns()
        turns.start(try Self.running(), due: .zero)
        let error = ServiceError(.unreachable, "No network.")
        #expect(try poll(&turns, .failure(error)) == PolledTurns.Outcome(event: .pollFailed(error)))
        #expect(try poll(&turns, .success(PollAnswer(.running)))?.event == .polled(.running))
        #expect(try poll(&turns, .success(PollAnswer(.running))) == nil)
    }

    @Test func aFailureFromBeforeARestartIsClearedToo() throws {
        var turns = PolledTurns()
        turns.start(try Self.running(failure: ServiceError(.unreachable, "No network.")), due: .zero)
        #expect(try poll(&turns, .success(PollAnswer(.running)))?.event == .polled(.running))
    }

    @Test func anEndWithAQuestionWaitsForThePerson() throws {
        var turns = PolledTurns()
        turns.start(try Self.running(), due: .zero)
        let end = try poll(&turns, .success(PollAnswer(.done, events: [.question("Which one?")])))
        #expect(end?.event == .polled(.waiting))
        #expect(turns.wake == nil, "it is not polled any more")
    }

    @Test func theReplyOfAnEarlierProgramIsReplacedNotAppendedTo() throws {
        var turns = PolledTurns()
        turns.start(try Self.running(reply: 3), due: .zero)
        let finding = try poll(&turns, .success(PollAnswer(.running, events: [.text("Half")])))
        #expect(finding?.delta?.text == .replace("Half"))
    }

    @Test func aStaleAnswerIsDropped() throws {
        var turns = PolledTurns()
        turns.start(try Self.running(), due: .zero)
        #expect(turns.due(at: .zero).count == 1)
        let earlier = TurnAttempt(turn: 2, generation: 0)
        let done = Result<PollAnswer, ServiceError>.success(PollAnswer(.done))
        #expect(turns.answered(earlier, done, at: .zero, today: .distantPast, random: 0.5) == nil)
        turns.stop(2)
        #expect(turns.answered(attempt, done, at: .zero, today: .distantPast, random: 0.5) == nil)
    }

    @Test func aTurnIsPolledWhenItsAccountIsThere() throws {
        var turns = PolledTurns()
        turns.start(try Self.running(), due: nil)
        #expect(turns.wake == nil)
        turns.restart(accounts: ["other"], at: .seconds(1))
        #expect(turns.wake == nil)
        turns.restart(accounts: ["acme"], at: .seconds(2))
        #expect(turns.wake == .seconds(2))
        turns.restart(accounts: [], at: .seconds(3))
        #expect(turns.wake == nil)
    }
}
