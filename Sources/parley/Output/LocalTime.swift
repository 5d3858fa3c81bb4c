import Foundation
import Timing

/// Times for people, in the time zone of this computer: `2026-01-02 03:04`.
enum LocalTime {
    static func text(_ date: Date) -> String { String(withSeconds(date).dropLast(3)) }

    static func withSeconds(_ date: Date) -> String {
        let (days, second) = LocalZone.system.moment(date)
        let day = CivilDay(daysSince1970: days)
        let time = [second / 3600, second / 60 % 60, second % 60].map { $0.zeroPadded(2) }
        return "\(day.year.zeroPadded(4))-\(day.month.zeroPadded(2))-\(day.day.zeroPadded(2)) "
            + time.joined(separator: ":")
    }
}
