import Foundation
import Settings
import Timing

/// Times as the panes show them. Unless the person wants them relative, a label names a moment and not a distance from now, so that it
/// stays true on an idle screen.
///
/// Uses no `Calendar`, which took longer than drawing the rest of a row of the list.
struct TimeLabels: Sendable {
    let zone: LocalZone
    private let times: Appearance.Times
    private let clock: Appearance.Clock

    init(zone: LocalZone, times: Appearance.Times = .absolute, clock: Appearance.Clock = .twentyFour) {
        self.zone = zone
        self.times = times
        self.clock = clock
    }

    /// Whether the same moments have the same labels, in the same zone.
    func isWritten(like other: TimeLabels) -> Bool { times == other.times && clock == other.clock }

    /// `14:02` or `2:02 pm`
    func time(_ date: Date) -> String { time(moment(date)) }

    /// The columns of ``age(_:now:)`` at most.
    var ageColumns: Int { clock == .twelve && times == .absolute ? 8 : 6 }

    /// The time today, the weekday within the last week, the day this year, else the year; or how long ago it was.
    func age(_ date: Date, now: Date) -> String {
        if times == .relative { return Distance(from: date, to: now).label }
        let (then, today) = (moment(date), moment(now).day)
        if then.day >= today { return time(then) }
        let date = CivilDay(daysSince1970: then.day)
        if today - then.day < 7 { return String(date.weekdayName.prefix(3)) }
        if date.year == CivilDay(daysSince1970: today).year { return "\(date.day) \(date.monthName)" }
        return String(date.year)
    }

    /// When the age of something has to be shown anew; nil if it stays true.
    func nextAge(of date: Date, now: Date) -> Date? {
        times == .relative ? date + Distance(from: date, to: now).end : nil
    }

    /// `Friday 20 Nov 2026`
    func day(_ date: Date) -> String {
        let day = CivilDay(daysSince1970: moment(date).day)
        return "\(day.weekdayName) \(day.day) \(day.monthName) \(day.year)"
    }

    /// `2026-11-20`
    func isoDay(_ date: Date) -> String {
        let day = CivilDay(daysSince1970: moment(date).day)
        return "\(day.year.zeroPadded(4))-\(day.month.zeroPadded(2))-\(day.day.zeroPadded(2))"
    }

    func isSameDay(_ a: Date, _ b: Date) -> Bool { moment(a).day == moment(b).day }

    private func moment(_ date: Date) -> (day: Int, second: Int) { zone.moment(date) }

    private func time(_ moment: (day: Int, second: Int)) -> String {
        let (hour, minute) = (moment.second / 3600, (moment.second / 60 % 60).zeroPadded(2))
        return switch clock {
        case .twentyFour: hour.zeroPadded(2) + ":" + minute
        case .twelve: "\((hour + 11) % 12 + 1):\(minute) \(hour < 12 ? "am" : "pm")"
        }
    }
}

/// How long ago something was, in the largest unit of which there is a whole one.
private struct Distance {
    /// `now`, `5 min`, `3 h`, `6 d`, `7 w`, `2 y`
    let label: String
    /// The seconds from the beginning up to which the label is true.
    let end: TimeInterval

    init(from date: Date, to now: Date) {
        let seconds = max(0, now.timeIntervalSince(date))
        let minute = 60.0
        let hour = 3600.0
        let day = 86_400.0
        let units = [
            ("min", minute, hour), ("h", hour, day), ("d", day, 7 * day), ("w", 7 * day, 365 * day),
        ]
        guard seconds >= minute else {
            (label, end) = ("now", minute)
            return
        }
        let (name, unit, limit) = units.first { seconds < $0.2 } ?? ("y", 365 * day, .infinity)
        let count = (seconds / unit).rounded(.down)
        label = "\(Int(min(count, 999))) \(name)"
        end = min((count + 1) * unit, limit)
    }
}
