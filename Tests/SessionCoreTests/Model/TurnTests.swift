import Foundation
import SessionCore
import Testing

@Suite struct TurnTests {
    private func turn(_ state: Turn.State, _ failure: ServiceError.Kind? = nil) -> Turn {
        Turn(
            id: 2, task: ChatTask.ID(rawValue: "t"), mode: .streamed, state: state, message: 2,
            failure: failure.map { ServiceError($0, "It failed.") }, startedAt: .distantPast)
    }

    @Test(arguments: [Turn.State.failed, .stopped, .truncated, .unconfirmed])
    func whatEndedBadlyCanBeRetriedAndTakenBack(state: Turn.State) {
        #expect(turn(state).canBeRetried)
        #expect(turn(state).offersRetry)
        #expect(turn(state).canBeTakenBack)
    }

    @Test(arguments: [Turn.State.sending, .streaming, .running, .waiting, .done])
    func whatIsUnderWayOrEndedWellCannot(state: Turn.State) {
        #expect(!turn(state).canBeRetried)
        #expect(!turn(state).offersRetry)
        #expect(!turn(state).canBeTakenBack)
    }

    @Test func aQueuedMessageCanOnlyBeTakenBack() {
        #expect(turn(.queued).canBeTakenBack)
        #expect(!turn(.queued).canBeRetried)
    }

    @Test(arguments: [
        ServiceError.Kind.unauthorized, .forbidden, .notFound, .invalid, .quotaExceeded, .insecure,
    ])
    func aRetryThatWouldFailAgainIsPossibleButNotSuggested(kind: ServiceError.Kind) {
        #expect(turn(.failed, kind).canBeRetried)
        #expect(!turn(.failed, kind).offersRetry)
    }

    @Test(arguments: [ServiceError.Kind.busy, .rateLimited, .service, .unreachable, .unreadable])
    func aFailureThatMayPassSuggestsARetry(kind: ServiceError.Kind) {
        #expect(turn(.failed, kind).offersRetry)
    }

    @Test func aBrokenOffReplyCanAlwaysBeRetried() {
        // What arrived is kept, and the person decides.
        #expect(turn(.truncated, .unauthorized).offersRetry)
    }
}
