import Foundation

/// A process, told apart from a later one with the same number.
struct ProcessIdentity: Hashable, Sendable {
    var number: pid_t
    /// In the ticks of the system's clock since it booted.
    var startTime: UInt64
    /// Which boot of the system that is.
    var boot: String

    /// - Returns: nil if there is no such process, or the system has no `/proc`.
    init?(_ number: pid_t) {
        // The name of the program comes second, in parentheses, and may contain anything.
        guard let boot = Self.text(of: "/proc/sys/kernel/random/boot_id"),
            let fields = Self.text(of: "/proc/\(number)/stat")?.split(separator: ")").last?.split(
                separator: " "),
            fields.count > Self.startTimeField, let startTime = UInt64(fields[Self.startTimeField])
        else { return nil }
        self.init(number: number, startTime: startTime, boot: boot)
    }

    /// Field 22 of the whole line, and the 20th after the name.
    private static let startTimeField = 19

    private init(number: pid_t, startTime: UInt64, boot: String) {
        self.number = number
        self.startTime = startTime
        self.boot = boot
    }

    var isAlive: Bool { ProcessIdentity(number) == self }

    private static func text(of path: String) -> String? {
        guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}

extension ProcessIdentity: LosslessStringConvertible {
    var description: String { "\(number) \(startTime) \(boot)" }

    init?(_ description: String) {
        let fields = description.split(separator: " ")
        guard fields.count == 3, let number = pid_t(fields[0]), number > 1, let startTime = UInt64(fields[1])
        else { return nil }
        self.init(number: number, startTime: startTime, boot: String(fields[2]))
    }
}
