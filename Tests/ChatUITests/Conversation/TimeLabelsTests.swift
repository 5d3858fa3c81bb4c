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
