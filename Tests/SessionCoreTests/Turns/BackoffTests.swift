import Testing
import Timing

@testable import SessionCore

@Suite struct BackoffTests {
    @Test func delaysGrowToTheCeilingAndStayThere() {
        let delays = (0..<7).map { Backoff.polling.delay(after: $0, random: 0.5) }
        #expect(
            delays == [
                .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(10),
                .seconds(10),
            ])
        #expect(Backoff.polling.delay(after: .max, random: 0.5) == .seconds(10))
    }

    @Test func jitterSpreadsToBothSides() {
        #expect(Backoff.polling.delay(after: 9, random: 0) == .seconds(8))
        #expect(Backoff.polling.delay(after: 9, random: 1) == .seconds(12))
    }
}
