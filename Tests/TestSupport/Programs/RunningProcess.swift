import Foundation

/// What `/proc` says about processes that a test has not started itself.
public enum RunningProcess {
    /// Whether a process has exited; it may be a zombie.
    public static func isGone(_ process: pid_t) -> Bool {
        guard let stat = stat(process) else { return true }
        return stat.first == "Z"
    }

    /// The living children of a process with a word in their command lines.
    public static func children(of parent: pid_t, named word: String) -> [pid_t] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.compactMap { pid_t($0) }.filter { process in
            guard let stat = stat(process), stat.count > 1, stat[0] != "Z", stat[1] == String(parent) else {
                return false
            }
            let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            return line.split(separator: 0).contains { String(decoding: $0, as: UTF8.self) == word }
        }
    }

    /// The processor time that a process has used, in the system's ticks.
    public static func ticks(of process: pid_t) -> Int {
        guard let stat = stat(process), stat.count > 12 else { return 0 }
        return (Int(stat[11]) ?? 0) + (Int(stat[12]) ?? 0)
    }

    /// The most memory that a process has had, in bytes.
    public static func peakMemory(of process: pid_t) -> Int {
        let lines = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = lines.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.firstMatch(of: /\d+/)).flatMap { Int($0.output) }.map { $0 << 10 } ?? 0
    }

    /// How many descriptors a process has open.
    public static func descriptors(of process: pid_t) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count) ?? 0
    }

    /// Limits the descriptors of a process that runs; nil allows as many as the tests may have.
    public static func limitDescriptors(of process: pid_t, to count: Int?) throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let count = count.map { rlim_t($0) } ?? limit.rlim_max
        let arguments = ["--pid", "\(process)", "--nofile=\(count):"]
        let outcome = try Command("/usr/bin/prlimit", arguments).run()
        guard outcome.status == 0 else { throw SystemCallFailed("prlimit: \(outcome.errors)") }
    }

    /// The fields after the name: the state, the parent, and so on.
    private static func stat(_ process: pid_t) -> [String]? {
        guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
            return nil
        }
        return line.split(separator: ")").last?.split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
