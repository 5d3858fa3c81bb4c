import Foundation
import Testing

@testable import SessionCore

@Suite struct AdoptedTurnsTests {
    private let task = ChatTask(
        id: ChatTask.ID(rawValue: "a"), account: "acme", agent: Agent(id: "1", name: "Support"),
        serviceID: "s-1", createdAt: .distantPast, updatedAt: .distantPast)

    private func turn(
        _ id: Turn.ID, _ state: Turn.State, in task: String = "a", ticket: String? = nil
    ) -> Turn {
        Turn(
            id: id, task: ChatTask.ID(rawValue: task), mode: .background, state: state, message: id,
            ticket: ticket, startedAt: .distantPast)
    }

    @Test func whatRunsIsPolledByItsTicket() throws {
        var adopted = AdoptedTurns()
        adopted.add(turn(2, .running, ticket: "job-1"), in: task)
        let running = try #require(adopted.running.first)
        #expect(running.account == "acme")
        #expect(running.turn.ticket == "job-1")
        #expect(running.conversation.serviceID == "s-1")
        #expect(adopted.queues.isEmpty)
    }

    @Test func withoutItsTaskNothingCanBePolled() {
        var adopted = AdoptedTurns()
        adopted.add(turn(4, .running, ticket: "job-1"), in: nil)
        #expect(adopted == AdoptedTurns())
    }

    @Test func aTaskWithManyQueuedMessagesIsSentFromOnce() {
        var adopted = AdoptedTurns()
        for id: Turn.ID in [2, 6] { adopted.add(turn(id, .queued), in: nil) }
        adopted.add(turn(4, .queued, in: "b"), in: nil)
        #expect(adopted.queues.map(\.rawValue) == ["a", "b"])
        #expect(adopted.running.isEmpty)
    }
}
