import Foundation
import NIOHTTP1
import Testing
import Timing
import Wire

@testable import AgentClient

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy(
        attempts: 3, backoff: Backoff(first: .seconds(1), ceiling: .seconds(10), jitter: 0.5))
    private let now = Date(timeIntervalSince1970: 784_111_777)

    private func delay(_ status: Int, _ headers: HTTPHeaders = [:], attempt: Int = 1) -> Duration? {
        policy.delay(
            after: .answered(status: status, headers: headers), attempt: attempt, now: now, random: 0.5)
    }

    private func delay(_ failure: TransportFailure, attempt: Int = 1, random: Double = 0.5) -> Duration? {
        policy.delay(after: .failed(failure), attempt: attempt, now: now, random: random)
    }

    @Test func pausesDoubleWithJitter() {
        #expect(delay(.refused, attempt: 1) == .seconds(1))
        #expect(delay(.refused, attempt: 2) == .seconds(2))
        #expect(delay(.refused, attempt: 2, random: 0) == .seconds(1))
        #expect(delay(.refused, attempt: 2, random: 1) == .seconds(3))
        #expect(delay(.refused, attempt: 3) == nil)
    }

    @Test func onlyTransientFailuresAreRetried() {
        for failure in [TransportFailure.closed, .silent, .connectTimeout] { #expect(delay(failure) != nil) }
        for failure in [
            TransportFailure.insecure(""), .invalidAddress, .notHTTP, .tooLong(limit: 1), .shutDown,
        ] {
            #expect(delay(failure) == nil)
        }
        for status in [408, 429, 500, 502, 503, 504] { #expect(delay(status) != nil) }
        for status in [200, 204, 301, 400, 401, 403, 404, 409, 422, 501] { #expect(delay(status) == nil) }
    }

    @Test func aPauseThatTheServiceAsksForIsKept() {
        #expect(delay(429, ["retry-after": "7"]) == .seconds(7))
        #expect(delay(503, ["Retry-After": "Sun, 06 Nov 1994 08:49:40 GMT"]) == .seconds(3))
        #expect(delay(429, ["retry-after": "0"]) == .seconds(1))
        #expect(delay(429, ["retry-after": "11"]) == nil)
        for odd in ["soon", "-5", "1e99", "nan", ""] {
            #expect(delay(429, ["retry-after": odd]) == .seconds(1))
        }
    }
}
