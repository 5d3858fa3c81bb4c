import Foundation
import Timing

/// Times as the panes show them. A label names a moment and not a distance from now, so that it stays true on an idle
/// screen.
///
/// Uses no `Calendar`, which took longer than drawing the rest of a row of the list.
struct TimeLabels: Sendable {
    private let zone: LocalZone

    init(zone: LocalZone) { self.zone = zone }

    /// `14:02`
    func time(_ date: Date) -> String { Self.time(moment(date)) }

    /// The columns of ``age(_:now:)`` at most.
    static let ageColumns = 6

    /// The time today, the weekday within the last week, the day this year, else the year.
    func age(_ date: Date, now: Date) -> String {
        let (then, today) = (moment(date), moment(now).day)
        if then.day >= today { return Self.time(then) }
        let date = CivilDay(daysSince1970: then.day)
        if today - then.day < 7 { return String(date.weekdayName.prefix(3)) }
        if date.year == CivilDay(daysSince1970: today).year { return "\(date.day) \(date.monthName)" }
        return String(date.year)
    }

    /// `Friday 20 Nov 2026`
    func day(_ date: Date) -> String {
        let day = CivilDay(daysSince1970: moment(date).day)
        return "\(day.weekdayName) \(day.day) \(day.monthName) \(day.year)"
    }

    func isSameDay(_ a: Date, _ b: Date) -> Bool { moment(a).day == moment(b).day }

    private func moment(_ date: Date) -> (day: Int, second: Int) { zone.moment(date) }

    private static func time(_ moment: (day: Int, second: Int)) -> String {
        (moment.second / 3600).zeroPadded(2) + ":" + (moment.second / 60 % 60).zeroPadded(2)
    }
}
