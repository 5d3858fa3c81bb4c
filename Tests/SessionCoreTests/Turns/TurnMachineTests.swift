import Foundation
import TestSupport
import Testing

@testable import SessionCore

@Suite struct TurnMachineTests {
    private typealias Event = TurnMachine.Event
    private typealias Action = TurnMachine.Action

    private static let broken = ServiceError(.service, "It broke.")
    private static let refused = ServiceError(.unauthorized, "The key is wrong.")
    private static let gone = ServiceError(.notFound, "There is no such task.")
    private static let busy = ServiceError(.busy, "Busy.")
    private static let long = ServiceError(.tooLong, "Too long.")
    private static let cutOff = ServiceError(.interrupted, "Cut off.")
    private static let now = Date(timeIntervalSince1970: 1000)

    private static let events: [Event] = [
        .depart, .accepted, .began(ticket: "t"), .ended(.complete), .ended(.truncated), .ended(.waiting),
        .failed(broken), .failed(busy), .failed(cutOff), .busy(busy), .polled(.running), .polled(.done),
        .polled(.waiting), .polled(.failed(broken)), .pollFailed(broken), .pollFailed(refused),
        .pollFailed(gone),
        .stop, .quit, .died, .retry, .found(isAnswered: true), .found(isAnswered: false),
        .exceeded(long, isOver: false), .exceeded(long, isOver: true),
    ]
    private static let states: [Turn.State] = [
        .queued, .sending, .streaming, .running, .waiting, .done, .failed, .stopped, .truncated, .unconfirmed,
    ]

    /// Everything that a turn takes note of; all else is dropped.
    private static let table: [(Turn.Mode?, Turn.State, Event, Turn.State, [Action])] = [
        (nil, .queued, .depart, .sending, []),
        (nil, .queued, .failed(broken), .failed, []),
        (nil, .queued, .failed(busy), .failed, []),
        (nil, .queued, .failed(cutOff), .failed, []),

        (.streamed, .sending, .accepted, .streaming, []),
        (.background, .sending, .began(ticket: "t"), .running, [.poll]),
        (nil, .sending, .ended(.complete), .done, [.settle(.complete), .departNext]),
        (nil, .sending, .ended(.truncated), .truncated, [.settle(.partial)]),
        (nil, .sending, .ended(.waiting), .waiting, [.settle(.complete), .returnQueue]),
        (nil, .sending, .failed(broken), .failed, [.settle(.partial)]),
        (nil, .sending, .failed(cutOff), .unconfirmed, []),
        (nil, .sending, .failed(busy), .failed, [.settle(.partial)]),
        (nil, .sending, .busy(busy), .queued, [.waitWhileBusy]),
        (nil, .sending, .stop, .stopped, [.close, .interrupt, .settle(.partial), .returnQueue]),
        (nil, .sending, .quit, .unconfirmed, [.close]),
        (nil, .sending, .died, .unconfirmed, []),

        (nil, .streaming, .ended(.complete), .done, [.settle(.complete), .departNext]),
        (nil, .streaming, .ended(.truncated), .truncated, [.settle(.partial)]),
        (nil, .streaming, .ended(.waiting), .waiting, [.settle(.complete), .returnQueue]),
        (nil, .streaming, .failed(broken), .failed, [.settle(.partial)]),
        (nil, .streaming, .failed(busy), .failed, [.settle(.partial)]),
        (nil, .streaming, .failed(cutOff), .truncated, [.settle(.partial)]),
        (nil, .streaming, .stop, .stopped, [.close, .interrupt, .settle(.partial), .returnQueue]),
        (nil, .streaming, .quit, .truncated, [.close, .settle(.partial)]),
        (nil, .streaming, .died, .truncated, [.settle(.partial)]),

        (nil, .running, .polled(.running), .running, []),
        (nil, .running, .polled(.done), .done, [.stopPolling, .settle(.complete), .departNext]),
        (nil, .running, .polled(.waiting), .waiting, [.stopPolling, .settle(.complete), .returnQueue]),
        (nil, .running, .polled(.failed(broken)), .failed, [.stopPolling, .settle(.partial)]),
        (nil, .running, .pollFailed(broken), .running, []),
        (nil, .running, .pollFailed(refused), .running, []),
        (nil, .running, .pollFailed(gone), .running, []),
        (nil, .running, .stop, .stopped, [.stopPolling, .interrupt, .settle(.partial), .returnQueue]),
        (nil, .running, .quit, .running, []),
        (nil, .running, .died, .running, []),

        (nil, .sending, .exceeded(long, isOver: false), .truncated, [.close, .interrupt, .settle(.partial)]),
        (nil, .sending, .exceeded(long, isOver: true), .truncated, [.settle(.partial)]),
        (
            nil, .streaming, .exceeded(long, isOver: false), .truncated,
            [.close, .interrupt, .settle(.partial)]
        ),
        (nil, .streaming, .exceeded(long, isOver: true), .truncated, [.settle(.partial)]),
        (
            nil, .running, .exceeded(long, isOver: false), .truncated,
            [.stopPolling, .interrupt, .settle(.partial)]
        ),
        (nil, .running, .exceeded(long, isOver: true), .truncated, [.stopPolling, .settle(.partial)]),

        (nil, .failed, .retry, .queued, [.departNext]),
        (nil, .stopped, .retry, .queued, [.departNext]),
        (nil, .truncated, .retry, .queued, [.departNext]),
        (nil, .unconfirmed, .retry, .queued, [.departNext]),
        (nil, .unconfirmed, .found(isAnswered: true), .done, []),
        (nil, .unconfirmed, .found(isAnswered: false), .running, [.poll]),
    ]

    private static func turn(_ state: Turn.State, _ mode: Turn.Mode) -> Turn {
        Turn(
            id: 2, task: ChatTask.ID(rawValue: "t"), mode: mode, state: state, message: 2, generation: 3,
            startedAt: .distantPast, endedAt: state.isOver ? .distantPast : nil)
    }

    @Test(arguments: states, [Turn.Mode.streamed, .background])
    func everyEventDoesWhatTheTableSaysAndNothingElse(state: Turn.State, mode: Turn.Mode) {
        for event in Self.events {
            var machine = TurnMachine(Self.turn(state, mode))
            let before = machine.turn
            let actions = machine.handle(event, at: Self.now)
            let row = Self.table.first { $0.1 == state && $0.2 == event && ($0.0 ?? mode) == mode }
            #expect(actions == row?.4, "\(state) \(event)")
            #expect(machine.turn.state == (row?.3 ?? state), "\(state) \(event)")
            if row == nil { #expect(machine.turn == before, "\(state) \(event)") }
        }
    }

    @Test(
        arguments: [
            (Event.failed(cutOff), Turn.State.running, [Action.poll]),
            (.ended(.truncated), .running, [.poll]),
            (.quit, .running, [.close]), (.died, .running, []),
            (.ended(.complete), .done, [.settle(.complete), .departNext]),
            (.failed(broken), .failed, [.settle(.partial)]),
        ] as [(Event, Turn.State, [Action])])
    private func aTurnWithATicketOutlivesItsConnection(
        event: Event, becomes state: Turn.State, actions: [Action]
    ) {
        var turn = Self.turn(.streaming, .streamed)
        turn.ticket = "job"
        var machine = TurnMachine(turn)
        #expect(machine.handle(event, at: Self.now) == actions)
        #expect(machine.turn.state == state)
        #expect(machine.turn.ticket == "job")
    }

    @Test func everyAttemptIsANewGeneration() {
        var machine = TurnMachine(Self.turn(.queued, .streamed))
        _ = machine.handle(.depart, at: Self.now)
        #expect(machine.turn.generation == 4)
        _ = machine.handle(.failed(Self.broken), at: Self.now)
        #expect(machine.turn.failure == Self.broken)
        #expect(machine.turn.endedAt == Self.now)
        _ = machine.handle(.retry, at: Self.now)
        #expect(machine.turn.failure == nil)
        #expect(machine.turn.endedAt == nil)
        #expect(machine.turn.generation == 4)
        _ = machine.handle(.depart, at: Self.now)
        #expect(machine.turn.generation == 5)
    }

    @Test func aRunningTurnShowsWhyItsPollFailedUntilOneSucceeds() {
        var machine = TurnMachine(Self.turn(.running, .background))
        _ = machine.handle(.pollFailed(Self.broken), at: Self.now)
        #expect(machine.turn.failure == Self.broken)
        _ = machine.handle(.polled(.running), at: Self.now)
        #expect(machine.turn.failure == nil)
    }

    @Test func anySequenceOfEventsKeepsTheInvariants() throws {
        for seed in UInt64(0)..<2000 {
            var random = SeededRandom(seed: seed)
            var machine = TurnMachine(Self.turn(.queued, seed.isMultiple(of: 2) ? .streamed : .background))
            for _ in 0..<30 {
                let before = machine.turn
                let event = try #require(Self.events.randomElement(using: &random))
                let actions = machine.handle(event, at: Self.now)
                let turn = machine.turn
                #expect(turn.state.isOver == (turn.endedAt != nil))
                #expect(turn.generation == before.generation + (event == .depart && actions != nil ? 1 : 0))
                #expect(turn.state != .sending || before.state == .sending || event == .depart)
                let isFound = event == .found(isAnswered: true) || event == .found(isAnswered: false)
                #expect(!before.state.isOver || actions == nil || event == .retry || isFound)
                #expect(
                    turn.state != .running || turn.mode == .background || before.state == .running || isFound)
                #expect(turn.state != .streaming || turn.mode == .streamed)
                #expect(turn.state != .failed || turn.failure != nil)
                #expect((turn.id, turn.message, turn.mode) == (before.id, before.message, before.mode))
                if actions == nil { #expect(turn == before) }
            }
        }
    }
}
