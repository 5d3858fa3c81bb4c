import Foundation

/// How long something took, or takes.
struct Elapsed: Hashable, Sendable {
    /// Whole seconds.
    let seconds: Int

    init(from start: Date, to end: Date) {
        let seconds = end.timeIntervalSince(start)
        self.seconds = seconds.isFinite ? Int(min(max(0, seconds), 1e9)) : 0
    }

    /// `12 s`, `3 min 12 s`, `2 h 5 min`
    var label: String {
        let (minutes, hours) = (seconds / 60, seconds / 3600)
        if seconds < 60 { return "\(seconds) s" }
        if minutes < 60 { return "\(minutes) min \(seconds % 60) s" }
        return "\(hours) h \(minutes % 60) min"
    }

    /// The seconds from the start at which the label changes.
    var nextChange: Int { seconds < 3600 ? seconds + 1 : (seconds / 60 + 1) * 60 }
}
