import Foundation
import TestSupport

/// What a program does while nothing happens.
struct IdleProbe {
    /// What it wrote to the terminal, and how often any of its threads woke up.
    var bytes: Int
    var wakeups: Int

    /// The kernel's own doings (a signal mask change, a page coming in) may show as a switch or two; a timer shows as tens.
    static let tolerated = 3

    /// Watches a program for a second in which it is given nothing to do.
    static func observe(_ session: TerminalSession) throws -> IdleProbe {
        try settle(session)
        let written = session.output.count
        let switches = voluntarySwitches(of: session.process)
        session.watch(milliseconds: 1000)
        return IdleProbe(
            bytes: session.output.count - written, wakeups: voluntarySwitches(of: session.process) - switches)
    }

    /// Lets the threads that finished their work go to sleep: until two looks in a row find no switch in between.
    private static func settle(_ session: TerminalSession) throws {
        var last = -1
        for _ in 0..<100 {
            let now = voluntarySwitches(of: session.process)
            if now == last { return }
            last = now
            // Longer than anything that is put off waits.
            session.watch(milliseconds: 500)
        }
    }

    private static func voluntarySwitches(of process: pid_t) -> Int {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
        return threads.reduce(0) { sum, thread in
            let status =
                (try? String(contentsOfFile: "/proc/\(process)/task/\(thread)/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") }
            return sum + (line?.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) } ?? 0)
        }
    }
}
