import TestSupport
import Testing

@testable import Agents

/// A wait of ten seconds for the first byte and of two for each later one.
@Suite(.timeLimit(.scaled(minutes: 5))) struct IdleTimeoutTests {
    private let clock = ManualClock()
    private let timeout: IdleTimeout<ManualClock>

    init() {
        timeout = IdleTimeout(first: .seconds(10), idle: .seconds(2), clock: clock)
    }

    private func expiry() -> Task<Void, any Error> {
        Task { try await timeout.expired() }
    }

    @Test func firstByteTimeoutExpires() async throws {
        let expiry = expiry()
        for seconds in stride(from: 2, through: 10, by: 2) {
            try await clock.hasSleeper(until: .seconds(seconds))
            clock.advance(by: .seconds(2))
        }
        try await expiry.value
        #expect(!timeout.hasReceived)
    }

    @Test func idleTimeoutExpiresAlsoDuringTheSleepForTheFirstByte() async throws {
        let expiry = expiry()
        try await clock.hasSleeper(until: .seconds(2))
        timeout.received()
        timeout.startWaiting()
        clock.advance(by: .seconds(2))
        try await expiry.value
        #expect(timeout.hasReceived)
    }

    @Test func backPressureDoesNotCount() async throws {
        timeout.received()
        let expiry = expiry()
        // Each new sleep shows that it has not expired.
        for seconds in [2, 4] {
            try await clock.hasSleeper(until: .seconds(seconds))
            clock.advance(by: .seconds(2))
        }
        try await clock.hasSleeper(until: .seconds(6))
        timeout.startWaiting()
        clock.advance(by: .seconds(2))
        try await expiry.value
    }

    @Test func aLaterPieceMovesTheDeadline() async throws {
        timeout.received()
        timeout.startWaiting()
        let expiry = expiry()
        try await clock.hasSleeper(until: .seconds(2))
        clock.advance(by: .seconds(1))
        timeout.received()
        timeout.startWaiting()
        clock.advance(by: .seconds(1))
        try await clock.hasSleeper(until: .seconds(3))
        clock.advance(by: .seconds(1))
        try await expiry.value
    }

    @Test func cancellationEndsTheWait() async throws {
        let expiry = expiry()
        try await clock.hasSleeper(until: .seconds(2))
        expiry.cancel()
        await #expect(throws: CancellationError.self) { try await expiry.value }
    }
}
