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
        guard let boot = Self.text(of: "/proc/sys/kernel/random/boot_id"),
            let fields = Self.fields("\(number)"), let startTime = UInt64(fields[Self.startTimeField])
        else { return nil }
        self.init(number: number, startTime: startTime, boot: boot)
    }

    /// Field 22 of the whole line, and the 20th after the name.
    private static let startTimeField = 19
    private static let stateField = 0
    private static let groupField = 2

    /// What the system says of a process, after the name of its program.
    private static func fields(_ number: String) -> [Substring]? {
        // The name comes second, in parentheses, and may contain anything.
        guard
            let fields = text(of: "/proc/\(number)/stat")?.split(separator: ")").last?.split(separator: " "),
            fields.count > startTimeField
        else { return nil }
        return fields
    }

    /// Whether a process of a group runs. One that has ended and was not waited for does not.
    /// - Parameter leader: The number of the group.
    static func isRunning(group leader: pid_t) -> Bool {
        guard let numbers = try? FileManager.default.contentsOfDirectory(atPath: "/proc") else {
            return kill(-leader, 0) == 0
        }
        return numbers.contains { number in
            guard number.first?.isNumber == true, let fields = fields(number) else { return false }
            return fields[groupField] == "\(leader)" && !["Z", "X"].contains(fields[stateField])
        }
    }

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
