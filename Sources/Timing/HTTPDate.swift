import Foundation

/// The date of an HTTP header in its preferred form (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
public enum HTTPDate {
    public static func text(_ date: Date) -> String {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down))
        let (days, time) = seconds.flooredDivision(by: 86_400)
        let day = CivilDay(daysSince1970: days)
        let clock = [time / 3600, time / 60 % 60, time % 60].map { $0.zeroPadded(2) }.joined(separator: ":")
        return
            "\(day.weekdayName.prefix(3)), \(day.day.zeroPadded(2)) \(day.monthName) \(day.year.zeroPadded(4)) "
            + "\(clock) GMT"
    }

    /// - Returns: nil for text in another form.
    public static func date(_ text: String) -> Date? {
        let fields = text.split(separator: " ")
        guard fields.count == 6, fields[5] == "GMT", fields[0].hasSuffix(","), let day = Int(fields[1]),
            let month = CivilDay.monthNames.firstIndex(of: String(fields[2])), let year = Int(fields[3]),
            let civil = CivilDay(year: year, month: month + 1, day: day)
        else { return nil }
        let clock = fields[4].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
            (0..<24).contains(hour), (0..<60).contains(minute), (0...60).contains(second)
        else { return nil }
        let seconds = civil.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second
        return Date(timeIntervalSince1970: Double(seconds))
    }
}
