import Foundation
import Testing
import Timing

@testable import ChatUI

struct TimeLabelsTests {
    let labels = TimeLabels(zone: LocalZone { _ in 3600 })
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

    @Test(arguments: [
        (0.0, "4:09 pm"), (4.0, "12:09 pm"), (5.0, "11:09 am"), (16.0, "12:09 am"), (24.0, "Fri"),
    ])
    func aClockOfTwelveHours(hoursAgo: Double, expected: String) {
        let labels = TimeLabels(zone: LocalZone { _ in 3600 }, clock: .twelve)
        #expect(labels.age(now.addingTimeInterval(-hoursAgo * 3600), now: now) == expected)
        #expect(expected.count <= labels.ageColumns)
    }

    /// A label is true until it is shown anew, and then another one is.
    @Test(arguments: [
        (-5, "now", 65), (0, "now", 60), (59, "now", 1), (60, "1 min", 60), (3599, "59 min", 1),
        (3600, "1 h", 3600),
        (86_399, "23 h", 1), (86_400, "1 d", 86_400), (604_799, "6 d", 1), (604_800, "1 w", 604_800),
        (365 * 86_400 - 1, "52 w", 1), (800 * 86_400, "2 y", 295 * 86_400),
    ])
    func aRelativeAge(secondsAgo: Int, expected: String, holds: Int) {
        let labels = TimeLabels(zone: .utc, times: .relative)
        let date = now.addingTimeInterval(-Double(secondsAgo))
        #expect(labels.age(date, now: now) == expected)
        #expect(labels.nextAge(of: date, now: now) == now.addingTimeInterval(Double(holds)))
        let next = now.addingTimeInterval(Double(holds))
        #expect(labels.age(date, now: next.addingTimeInterval(-0.01)) == expected)
        #expect(labels.age(date, now: next) != expected)
        #expect(expected.count <= labels.ageColumns)
        #expect(self.labels.nextAge(of: date, now: now) == nil)
    }

    @Test func aDayIsNamedWhole() {
        #expect(labels.day(now) == "Saturday 14 Mar 2026")
    }

    @Test(arguments: ["GMT", "Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati"])
    func everyDayIsTheOneOfTheCalendar(zone: String) throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: zone))
        let labels = TimeLabels(
            zone: LocalZone { [zone = calendar.timeZone] in zone.secondsFromGMT(for: $0) })
        let names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        // Every ninth day and some minutes from 1900 to 2120, leap years and changes of the clocks among them.
        for step in 0..<9000 {
            let date = Date(timeIntervalSince1970: -2_208_988_800 + Double(step) * 777_700)
            let parts = calendar.dateComponents([.year, .day, .hour, .minute, .weekday], from: date)
            let name = names[(parts.weekday ?? 1) - 1]
            guard labels.day(date).hasPrefix("\(name) \(parts.day ?? 0) "),
                labels.day(date).hasSuffix(" \(parts.year ?? 0)"),
                labels.time(date) == String(format: "%02d:%02d", parts.hour ?? 0, parts.minute ?? 0)
            else {
                Issue.record("\(date): \(labels.day(date)) \(labels.time(date))")
                return
            }
        }
    }

    @Test func aDateBeyondAllCalendarsIsStillDrawn() {
        #expect(!labels.age(.distantPast, now: now).isEmpty)
        #expect(!labels.age(Date(timeIntervalSince1970: -1e300), now: now).isEmpty)
        #expect(!labels.day(Date(timeIntervalSince1970: 1e300)).isEmpty)
    }
}
