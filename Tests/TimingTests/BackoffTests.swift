import Testing
import Timing

struct BackoffTests {
    private let backoff = Backoff(first: .seconds(1), ceiling: .seconds(10))

    @Test func growsToItsCeiling() {
        let delays = (0...6).map { backoff.delay(after: $0, random: 0.5) }
        #expect(delays == [1, 2, 4, 8, 10, 10, 10].map { .seconds($0) })
    }

    @Test func jitterStaysWithinItsShare() {
        #expect(backoff.delay(after: 0, random: 0) == .seconds(0.8))
        #expect(backoff.delay(after: 9, random: 0.999_999) < .seconds(12))
        #expect(backoff.delay(after: 9, random: 0.999_999) > .seconds(11.9))
    }

    @Test func manyAttemptsCostNothing() {
        #expect(backoff.delay(after: .max, random: 0.5) == .seconds(10))
    }
}
