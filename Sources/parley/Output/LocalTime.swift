import Foundation

/// Times as people read them in a list: `2026-01-02 03:04`, in the time zone of the computer.
enum LocalTime {
    static func text(_ date: Date) -> String { String(exactly(date).dropLast(3)) }

    /// With the seconds.
    static func exactly(_ date: Date) -> String {
        let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZone: .current)
        return date.formatted(style.year().month().day().time(includingFractionalSeconds: false))
    }
}
