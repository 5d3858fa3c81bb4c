import Foundation

/// Times as the panes write them. They name a moment, never a distance from now, so that a label that stands on an idle
/// screen stays true.
struct TimeLabels: Sendable {
    private let calendar: Calendar
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let weekdays = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]

    init(timeZone: TimeZone) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        self.calendar = calendar
    }

    /// `14:02`
    func time(_ date: Date) -> String {
        let parts = calendar.dateComponents([.hour, .minute], from: date)
        return Self.twoDigits(parts.hour ?? 0) + ":" + Self.twoDigits(parts.minute ?? 0)
    }

    /// At most 6 columns: the time today, the weekday within the last week, the day this year, the year before that.
    func age(_ date: Date, now: Date) -> String {
        let days = daysBetween(date, now)
        if days <= 0 { return time(date) }
        let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: date)
        if days < 7 { return String(Self.weekdays[(parts.weekday ?? 1) - 1].prefix(3)) }
        if parts.year == calendar.component(.year, from: now) {
            return "\(parts.day ?? 1) \(Self.months[(parts.month ?? 1) - 1])"
        }
        return String(parts.year ?? 0)
    }

    /// `Friday 20 Nov 2026`
    func day(_ date: Date) -> String {
        let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: date)
        let weekday = Self.weekdays[(parts.weekday ?? 1) - 1]
        return "\(weekday) \(parts.day ?? 1) \(Self.months[(parts.month ?? 1) - 1]) \(parts.year ?? 0)"
    }

    func isSameDay(_ a: Date, _ b: Date) -> Bool { calendar.isDate(a, inSameDayAs: b) }

    private func daysBetween(_ date: Date, _ now: Date) -> Int {
        calendar.dateComponents(
            [.day], from: calendar.startOfDay(for: date), to: calendar.startOfDay(for: now)
        ).day ?? 0
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
