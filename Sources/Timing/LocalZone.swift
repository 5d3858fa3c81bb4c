import Foundation

/// How far local time is from UTC, at any moment.
public struct LocalZone: Sendable {
    private let offset: @Sendable (Date) -> Int

    /// - Parameter offset: seconds east of UTC.
    public init(offset: @escaping @Sendable (Date) -> Int) { self.offset = offset }

    public static let utc = LocalZone { _ in 0 }

    /// The zone of this computer by the rules of the C library, as `date` shows it: `TZ` in every form that POSIX has, such as
    /// `CET-1CEST,M3.5.0,M10.5.0/3`, else `/etc/localtime`. Foundation knows zones by their names alone.
    public static let system: LocalZone = {
        tzset()
        return LocalZone { date in
            var seconds = time_t(clamped(date))
            var local = tm()
            return localtime_r(&seconds, &local) == nil ? 0 : local.tm_gmtoff
        }
    }()

    /// The local day since 1970-01-01, and the second of that day. Dates that no calendar shows are clamped.
    public func moment(_ date: Date) -> (day: Int, second: Int) {
        let (day, second) = (Self.clamped(date) + offset(date)).flooredDivision(by: 86_400)
        return (day, second)
    }

    /// When a local day begins.
    /// - Parameter day: days since 1970-01-01.
    public func start(of day: Int) -> Date {
        var start = Date(timeIntervalSince1970: Double(day) * 86_400)
        // Twice: the clocks may be changed between the guess and the answer.
        for _ in 0..<2 {
            let (found, second) = moment(start)
            start += Double((day - found) * 86_400 - second)
        }
        return start
    }

    /// Seconds since 1970-01-01.
    private static func clamped(_ date: Date) -> Int {
        Int(min(max(date.timeIntervalSince1970.rounded(.down), -1e11), 1e12))
    }
}
