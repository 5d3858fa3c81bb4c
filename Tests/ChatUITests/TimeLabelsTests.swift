import Foundation
import Testing

@testable import ChatUI

struct TimeLabelsTests {
    let labels = TimeLabels(timeZone: TimeZone(secondsFromGMT: 3600) ?? .current)
    let now = Scenario.now

    @Test(arguments: [
        (0.0, "16:09"), (2.0, "14:09"), (24.0, "Fri"), (24.0 * 6, "Sun"), (24.0 * 7, "7 Mar"),
        (24.0 * 100, "2025"),
    ])
    func anAgeNamesAMoment(hoursAgo: Double, expected: String) {
        #expect(labels.age(now.addingTimeInterval(-hoursAgo * 3600), now: now) == expected)
    }

    @Test func whatLiesAheadIsShownAsItsTime() {
        #expect(labels.age(now.addingTimeInterval(60), now: now) == "16:10")
    }

    @Test func aDayIsNamedWhole() {
        #expect(labels.day(now) == "Saturday 14 Mar 2026")
    }
}
