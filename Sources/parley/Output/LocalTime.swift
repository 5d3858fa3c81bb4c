import Foundation

/// Times for people, in the time zone of this computer: `2026-01-02 03:04`.
enum LocalTime {
    static func text(_ date: Date) -> String { String(withSeconds(date).dropLast(3)) }

    static func withSeconds(_ date: Date) -> String {
        let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZone: .current)
        return date.formatted(style.year().month().day().time(includingFractionalSeconds: false))
    }
}
