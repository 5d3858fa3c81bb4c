import Foundation

/// Decides what becomes of a turn: takes an event and the time, changes the turn and returns what to do about it.
///
/// | state       | event                        | becomes       | actions                                        |
/// |-------------|------------------------------|---------------|------------------------------------------------|
/// | queued      | depart                       | sending       | (the generation grows)                         |
/// | queued      | failed                       | failed        |                                                |
/// | sending     | accepted (streamed)          | streaming     |                                                |
/// | sending     | began (background)           | running       | poll                                           |
/// | sending     | busy                         | queued        | waitWhileBusy                                  |
/// | sending     | failed(interrupted)          | unconfirmed   |                                                |
/// | sending     | quit, died                   | unconfirmed   | close (quit)                                   |
/// | streaming   | failed(interrupted)          | truncated     | settle(partial)                                |
/// | streaming   | quit, died                   | truncated     | close (quit), settle(partial)                  |
/// | — with a ticket | failed(interrupted), ended(truncated) | running | poll                                    |
/// | — with a ticket | quit, died               | running       | close (quit)                                   |
/// | both of them| ended(complete)              | done          | settle(complete), departNext                   |
/// |             | ended(truncated)             | truncated     | settle(partial)                                |
/// |             | ended(waiting)               | waiting       | settle(complete), returnQueue                  |
/// |             | failed                       | failed        | settle(partial)                                |
/// |             | stop                         | stopped       | close, interrupt, settle(partial), returnQueue |
/// |             | exceeded                     | truncated     | close, interrupt (unless over), settle(partial) |
/// | running     | polled(running)              | running       | (an earlier failure is forgotten)              |
/// |             | polled(done)                 | done          | stopPolling, settle(complete), departNext      |
/// |             | polled(waiting)              | waiting       | stopPolling, settle(complete), returnQueue     |
/// |             | polled(failed)               | failed        | stopPolling, settle(partial)                   |
/// |             | pollFailed                   | running       | (the failure is noted)                         |
/// |             | stop                         | stopped       | stopPolling, interrupt, settle(partial), returnQueue |
/// |             | exceeded                     | truncated     | stopPolling, interrupt (unless over), settle(partial) |
/// |             | quit, died                   | running       | (polled again after the next start)            |
/// | failed, stopped, truncated, unconfirmed | retry | queued    | departNext                                     |
/// | unconfirmed | found, answered              | done          |                                                |
/// | unconfirmed | found, not answered yet      | running       | poll (its answer in the history)               |
///
/// Every other event is dropped: it came too late.
struct TurnMachine {
    enum Event: Hashable, Sendable {
        /// Its message is about to leave.
        case depart
        /// The first of the reply has arrived.
        case accepted
        /// The service works on it in the background, under this name.
        case began(ticket: String)
        /// The message was not accepted because another turn is under way at the service, which can be asked about that.
        case busy(ServiceError)
        case ended(ReplyEnd)
        /// Sending it, or the reply, failed.
        case failed(ServiceError)
        case polled(PollAnswer.State)
        case pollFailed(ServiceError)
        case stop
        /// The reply is longer than what is kept of one. `isOver` when the service has ended it.
        case exceeded(ServiceError, isOver: Bool)
        /// The person leaves the program.
        case quit
        /// The program died earlier, without leaving.
        case died
        case retry
        /// The service's history holds the message, and its answer if that is whole.
        case found(isAnswered: Bool)
    }

    enum Action: Hashable, Sendable {
        /// Cancel the request, and so close its connection.
        case close
        /// Interrupt the turn at the service, if it can do that.
        case interrupt
        case poll
        case stopPolling
        /// The reply is what has arrived of it, and no more comes.
        case settle(Message.State)
        case departNext
        /// The messages that wait behind this turn go back into the draft.
        case returnQueue
        /// The message was not accepted: it leaves when the service is done with the other turn.
        case waitWhileBusy
    }

    private(set) var turn: Turn

    init(_ turn: Turn) { self.turn = turn }

    /// - Returns: what to do, in this order; nil if the event has no place in this state.
    mutating func handle(_ event: Event, at now: Date) -> [Action]? {
        switch turn.state {
        case .queued: queued(event, now)
        case .sending: sending(event, now)
        case .streaming: streaming(event, now)
        case .running: running(event, now)
        case .failed, .stopped, .truncated, .unconfirmed: over(event, now)
        case .waiting, .done: nil
        }
    }

    private mutating func queued(_ event: Event, _ now: Date) -> [Action]? {
        switch event {
        case .depart:
            turn.state = .sending
            turn.generation += 1
            turn.ticket = nil
            turn.failure = nil
            turn.startedAt = now
            return []
        case .failed(let error): return end(.failed, now, error)
        default: return nil
        }
    }

    private mutating func sending(_ event: Event, _ now: Date) -> [Action]? {
        switch event {
        case .accepted where turn.mode == .streamed:
            turn.state = .streaming
            return []
        case .began(let ticket) where turn.mode == .background:
            turn.state = .running
            turn.ticket = ticket
            return [.poll]
        case .busy(let error):
            turn.state = .queued
            turn.failure = error
            return [.waitWhileBusy]
        // It had left, and may have arrived.
        case .failed(let error) where error.kind == .interrupted: return end(.unconfirmed, now, error)
        case .failed(let error): return end(.failed, now, error) + [.settle(.partial)]
        case .quit: return [.close] + end(.unconfirmed, now)
        case .died: return end(.unconfirmed, now)
        default: return reply(event, now)
        }
    }

    private mutating func streaming(_ event: Event, _ now: Date) -> [Action]? {
        if turn.ticket != nil, let actions = outliveConnection(event) { return actions }
        switch event {
        case .failed(let error):
            let state: Turn.State = error.kind == .interrupted ? .truncated : .failed
            return end(state, now, error) + [.settle(.partial)]
        case .quit: return [.close] + end(.truncated, now) + [.settle(.partial)]
        case .died: return end(.truncated, now) + [.settle(.partial)]
        default: return reply(event, now)
        }
    }

    /// A turn that the service works on in the background outlives its connection.
    private mutating func outliveConnection(_ event: Event) -> [Action]? {
        switch event {
        case .failed(let error) where error.kind == .interrupted: turn.failure = error
        case .ended(.truncated), .died: break
        case .quit:
            turn.state = .running
            return [.close]
        default: return nil
        }
        turn.state = .running
        return event == .died ? [] : [.poll]
    }

    /// What ends a turn whose request is open.
    private mutating func reply(_ event: Event, _ now: Date) -> [Action]? {
        switch event {
        case .ended(.complete): return end(.done, now) + [.settle(.complete), .departNext]
        case .ended(.truncated): return end(.truncated, now) + [.settle(.partial)]
        case .ended(.waiting): return end(.waiting, now) + [.settle(.complete), .returnQueue]
        case .stop: return [.close, .interrupt] + end(.stopped, now) + [.settle(.partial), .returnQueue]
        case .exceeded(let error, let isOver):
            return (isOver ? [] : [.close, .interrupt]) + end(.truncated, now, error) + [.settle(.partial)]
        default: return nil
        }
    }

    private mutating func running(_ event: Event, _ now: Date) -> [Action]? {
        switch event {
        case .polled(.running):
            turn.failure = nil
            return []
        case .polled(.done): return [.stopPolling] + end(.done, now) + [.settle(.complete), .departNext]
        case .polled(.waiting):
            return [.stopPolling] + end(.waiting, now) + [.settle(.complete), .returnQueue]
        case .pollFailed(let error):
            turn.failure = error
            return []
        case .polled(.failed(let error)):
            return [.stopPolling] + end(.failed, now, error) + [.settle(.partial)]
        case .stop:
            return [.stopPolling, .interrupt] + end(.stopped, now) + [.settle(.partial), .returnQueue]
        case .exceeded(let error, let isOver):
            return [.stopPolling] + (isOver ? [] : [.interrupt]) + end(.truncated, now, error)
                + [.settle(.partial)]
        case .quit, .died: return []
        default: return nil
        }
    }

    private mutating func over(_ event: Event, _ now: Date) -> [Action]? {
        if case .found(let isAnswered) = event {
            guard turn.state == .unconfirmed else { return nil }
            if isAnswered { return end(.done, now) }
            turn.state = .running
            turn.failure = nil
            turn.ticket = nil
            turn.endedAt = nil
            return [.poll]
        }
        guard event == .retry else { return nil }
        turn.state = .queued
        turn.failure = nil
        turn.ticket = nil
        turn.startedAt = now
        turn.endedAt = nil
        return [.departNext]
    }

    private mutating func end(_ state: Turn.State, _ now: Date, _ failure: ServiceError? = nil) -> [Action] {
        turn.state = state
        turn.failure = failure
        turn.endedAt = now
        return []
    }
}
