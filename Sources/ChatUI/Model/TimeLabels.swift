import Foundation

/// Times as the panes write them. They name a moment, never a distance from now, so that a label that stands on an idle
/// screen stays true.
///
/// Days are counted here and not by a `Calendar`, which took more time than drawing the rest of a row of the list.
struct TimeLabels: Sendable {
    private let timeZone: TimeZone
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let weekdays = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]

    init(timeZone: TimeZone) { self.timeZone = timeZone }

    /// `14:02`
    func time(_ date: Date) -> String { Self.time(moment(date)) }

    /// What ``age(_:now:)`` takes at most.
    static let ageColumns = 6

    /// At most ``ageColumns``: the time today, the weekday within the last week, the day this year, the year before that.
    func age(_ date: Date, now: Date) -> String {
        let (then, today) = (moment(date), moment(now).day)
        if then.day >= today { return Self.time(then) }
        if today - then.day < 7 { return String(Self.weekday(then.day).prefix(3)) }
        let date = CivilDate(day: then.day)
        if date.year == CivilDate(day: today).year { return "\(date.day) \(Self.months[date.month - 1])" }
        return String(date.year)
    }

    /// `Friday 20 Nov 2026`
    func day(_ date: Date) -> String {
        let day = moment(date).day
        let date = CivilDate(day: day)
        return "\(Self.weekday(day)) \(date.day) \(Self.months[date.month - 1]) \(date.year)"
    }

    func isSameDay(_ a: Date, _ b: Date) -> Bool { moment(a).day == moment(b).day }

    /// The days since the first of January 1970 where the clock of the time zone stands, and the seconds of that day.
    private func moment(_ date: Date) -> (day: Int, second: Int) {
        // What no calendar names is as far away as it goes.
        let seconds = min(max(date.timeIntervalSince1970.rounded(.down), -1e11), 1e12)
        let local = Int(seconds) + timeZone.secondsFromGMT(for: date)
        let day = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        return (day, local - day * 86_400)
    }

    private static func time(_ moment: (day: Int, second: Int)) -> String {
        twoDigits(moment.second / 3600) + ":" + twoDigits(moment.second / 60 % 60)
    }

    /// The first of January 1970 was a Thursday.
    private static func weekday(_ day: Int) -> String { weekdays[((day + 4) % 7 + 7) % 7] }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

/// A day of the Gregorian calendar.
private struct CivilDate {
    var year: Int
    /// From 1.
    var month: Int
    var day: Int

    private static let yearsInCycle = 400
    private static let daysInCycle = 146_097

    /// - Parameter day: the days since the first of January 1970.
    init(day count: Int) {
        // Whole cycles of 400 years since 1970 leave a day of a cycle that begins as every other does.
        let cycles = count >= 0 ? count / Self.daysInCycle : (count - Self.daysInCycle + 1) / Self.daysInCycle
        var left = count - cycles * Self.daysInCycle
        // A guess by the mean year is at most one off.
        var year = 1970 + left * Self.yearsInCycle / Self.daysInCycle
        if Self.days(before: year) > left { year -= 1 }
        if Self.days(before: year + 1) <= left { year += 1 }
        left -= Self.days(before: year)
        var month = 1
        while left >= Self.length(of: month, in: year) {
            left -= Self.length(of: month, in: year)
            month += 1
        }
        self.year = year + cycles * Self.yearsInCycle
        self.month = month
        day = left + 1
    }

    /// From 1970 to the beginning of a later year.
    private static func days(before year: Int) -> Int {
        func leapYears(_ year: Int) -> Int { year / 4 - year / 100 + year / 400 }
        return (year - 1970) * 365 + leapYears(year - 1) - leapYears(1969)
    }

    private static func length(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
