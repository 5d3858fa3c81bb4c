import Foundation
import Testing

@testable import SessionCore

/// Which message of a task leaves next: every case in which it must not leave yet, or not by itself.
@Suite struct QueuePolicyTests {
    private static func turn(
        _ id: Turn.ID, _ state: Turn.State = .queued, reply: Message.ID? = nil, failure: ServiceError? = nil
    ) -> Turn {
        Turn(
            id: id, task: ChatTask.ID(rawValue: "t"), mode: .streamed, state: state, message: id,
            reply: reply, failure: failure, startedAt: .distantPast)
    }

    private static func entry(
        _ id: Turn.ID, _ owner: Ownership, _ state: Turn.State = .queued
    ) -> QueuePolicy.Entry {
        QueuePolicy.Entry(turn: turn(id, state), owner: owner)
    }

    private func next(
        _ queue: [QueuePolicy.Entry], behind active: QueuePolicy.Entry? = nil, before: Turn.State? = .done,
        isReleased: Bool = false, isFree: Bool = false
    ) -> QueuePolicy.Decision {
        QueuePolicy(queue: queue, active: active, before: before).next(isReleased: isReleased, isFree: isFree)
    }

    @Test func nothingQueuedWaits() {
        #expect(next([]) == .wait)
    }

    @Test func theOldestLeavesFirst() {
        #expect(next([Self.entry(2, .ours), Self.entry(4, .ours)]) == .depart(Self.turn(2)))
        #expect(next([Self.entry(2, .ours)], before: nil) == .depart(Self.turn(2)))
    }

    @Test func whatADeadProcessQueuedLeavesToo() {
        #expect(next([Self.entry(2, .orphaned), Self.entry(4, .ours)]) == .depart(Self.turn(2)))
    }

    @Test func anotherProcessSendsItsOwn() {
        #expect(next([Self.entry(2, .elsewhere)]) == .wait)
        #expect(next([Self.entry(2, .elsewhere), Self.entry(4, .ours)]) == .waitForOther(4))
    }

    @Test(arguments: [Turn.State.sending, .streaming, .running])
    func itWaitsBehindATurnThatIsUnderWay(state: Turn.State) {
        let queue = [Self.entry(4, .ours)]
        #expect(next(queue, behind: Self.entry(2, .ours, state), isReleased: true) == .wait)
        #expect(next(queue, behind: Self.entry(2, .elsewhere, state), isReleased: true) == .waitForOther(4))
    }

    @Test func anOrphanedTurnThatRunsIsAdoptedAndOthersAreAwaited() {
        let queue = [Self.entry(4, .ours)]
        #expect(next(queue, behind: Self.entry(2, .orphaned, .running)) == .adopt(Self.turn(2, .running)))
        // Recovering ends it; until then it is under way.
        #expect(next(queue, behind: Self.entry(2, .orphaned, .streaming)) == .waitForOther(4))
    }

    @Test(arguments: [Turn.State.failed, .stopped, .truncated, .unconfirmed, .waiting])
    func behindATurnThatDidNotEndWellItIsHeldUntilThePersonActs(before: Turn.State) {
        let queue = [Self.entry(4, .ours)]
        #expect(next(queue, before: before) == .hold(Self.turn(4)))
        #expect(next(queue, before: before, isReleased: true) == .depart(Self.turn(4)))
    }

    @Test func whatABusyServiceRefusedLeavesWhenItIsFree() {
        let refused = Self.turn(4, failure: ServiceError(.busy, "Busy."))
        let queue = [QueuePolicy.Entry(turn: refused, owner: .ours)]
        #expect(next(queue, isReleased: true) == .askWhetherBusy)
        #expect(next(queue, isReleased: true, isFree: true) == .depart(refused))
    }

    @Test func aRetryKeepsItsPlaceUnlessSomethingWasSentAfterIt() {
        let bare = Self.turn(2, .failed)
        let partial = Self.turn(2, .truncated, reply: 3)
        #expect(RetryPlacement(bare, wasFollowed: false) == .inPlace)
        #expect(RetryPlacement(partial, wasFollowed: false) == .inPlace)
        #expect(RetryPlacement(bare, wasFollowed: true) == .atEnd(removesOriginal: true))
        #expect(RetryPlacement(partial, wasFollowed: true) == .atEnd(removesOriginal: false))
    }
}
