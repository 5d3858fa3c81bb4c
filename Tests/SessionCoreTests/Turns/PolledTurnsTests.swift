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
    ) -> RunningTurn {
        let turn = Turn(
            id: 2, task: task.id, mode: .background, state: .running, message: 2, reply: reply,
            ticket: "job", failure: failure, generation: 1, startedAt: .distantPast)
        return RunningTurn(turn, in: task)
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
        turns.start(Self.running(), due: .zero)
        #expect(try poll(&turns, .success(PollAnswer(.running))) == nil)
        let more = try poll(&turns, .success(PollAnswer(.running, events: [.text("Half")])))
        #expect(more?.event == .polled(.running))
        #expect(more?.delta?.text == .append("Half", offset: 0))
        #expect(try poll(&turns, .success(PollAnswer(.running, events: [.text("Half")]))) == nil)
    }

    @Test func anAnswerAfterAFailureIsStoredToClearIt() throws {
        var turns = PolledTurns()
        turns.start(Self.running(), due: .zero)
        let error = ServiceError(.unreachable, "No network.")
        #expect(try poll(&turns, .failure(error)) == PolledTurns.Outcome(event: .pollFailed(error)))
        #expect(try poll(&turns, .success(PollAnswer(.running)))?.event == .polled(.running))
        #expect(try poll(&turns, .success(PollAnswer(.running))) == nil)
    }

    @Test func aFailureFromBeforeARestartIsClearedToo() throws {
        var turns = PolledTurns()
        turns.start(Self.running(failure: ServiceError(.unreachable, "No network.")), due: .zero)
        #expect(try poll(&turns, .success(PollAnswer(.running)))?.event == .polled(.running))
    }

    @Test func anEndWithAQuestionWaitsForThePerson() throws {
        var turns = PolledTurns()
        turns.start(Self.running(), due: .zero)
        let end = try poll(&turns, .success(PollAnswer(.done, events: [.question("Which one?")])))
        #expect(end?.event == .polled(.waiting))
        #expect(turns.wake == nil, "it is not polled any more")
    }

    @Test func theReplyOfAnEarlierProgramIsReplacedNotAppendedTo() throws {
        var turns = PolledTurns()
        turns.start(Self.running(reply: 3), due: .zero)
        let finding = try poll(&turns, .success(PollAnswer(.running, events: [.text("Half")])))
        #expect(finding?.delta?.text == .replace("Half"))
    }

    @Test func aStaleAnswerIsDropped() throws {
        var turns = PolledTurns()
        turns.start(Self.running(), due: .zero)
        #expect(turns.due(at: .zero).count == 1)
        let earlier = TurnAttempt(turn: 2, generation: 0)
        let done = Result<PollAnswer, ServiceError>.success(PollAnswer(.done))
        #expect(turns.answered(earlier, done, at: .zero, today: .distantPast, random: 0.5) == nil)
        turns.stop(2)
        #expect(turns.answered(attempt, done, at: .zero, today: .distantPast, random: 0.5) == nil)
    }

    @Test func aFirstDenialIsNotShownAndTheSecondFailsTheTurn() throws {
        var turns = PolledTurns()
        turns.start(Self.running(), due: .zero)
        let gone = ServiceError(.notFound, "There is no such turn.")
        #expect(try poll(&turns, .failure(gone)) == nil)
        #expect(try poll(&turns, .failure(gone)) == PolledTurns.Outcome(event: .polled(.failed(gone))))
    }

    @Test func theTurnsOfATaskAndOfOtherAccountsAreFound() {
        var turns = PolledTurns()
        turns.start(Self.running(), due: .zero)
        #expect(turns.attempts(in: [Self.task.id, .random()]) == [attempt])
        #expect(turns.attempts(in: nil) == [attempt])
        #expect(turns.attempts(in: []).isEmpty)
        #expect(turns.turns(except: ["acme"]).isEmpty)
        #expect(turns.turns(except: ["other"]) == [2])
        turns.stop(2)
        #expect(turns.attempts(in: [Self.task.id]).isEmpty)
    }
}
