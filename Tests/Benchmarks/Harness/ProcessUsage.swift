import Foundation

/// What another process uses of the machine.
struct ProcessUsage {
    let process: pid_t

    /// Bytes of memory that it holds now.
    var memory: Double {
        let pages = contents(of: "statm").split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Seconds of the processor that it has used, in steps of a hundredth.
    var processorTime: Double {
        // The name, in parentheses, may hold blanks.
        let fields = contents(of: "stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            return 0
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private func contents(of file: String) -> String {
        (try? String(contentsOfFile: "/proc/\(process)/\(file)", encoding: .utf8)) ?? ""
    }
}
