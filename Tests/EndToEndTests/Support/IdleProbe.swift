import Foundation
import TestSupport

/// What a program does while nothing happens: the bytes that it writes and how often its threads wake up.
///
/// The start and the last key leave work behind that takes as long as the machine needs. Therefore the program is watched for
/// window after window until one is silent. A timer that ticks at least once in a window leaves none silent, however fast or slow
/// the machine is.
///
/// One thing is not counted: on Linux, libdispatch looks at its own thread pool once a second from its manager thread as
/// long as a process has used it. A timer of the program's own wakes another thread as well.
struct IdleProbe: Equatable {
    var bytes = 0
    var wakeups = 0

    static let silence = IdleProbe()
    private static let seconds = 2

    /// - Returns: `silence`, or what happened in the last of so many windows.
    static func observe(_ session: TerminalSession, windows: Int = 30 * TimeLimits.scale) -> IdleProbe {
        var last = IdleProbe()
        for _ in 0..<windows {
            let (written, before) = (session.output.count, Threads(of: session.process))
            session.watch(milliseconds: seconds * 1000)
            let after = Threads(of: session.process)
            last = IdleProbe(
                bytes: session.output.count - written,
                wakeups: after.wakeups(since: before, notCounting: seconds))
            if last == silence, after.areAsleep { break }
        }
        return last
    }
}

/// How often each thread of a process has given up the processor by itself, which is how often it has gone to sleep.
private struct Threads {
    private let main: String
    private var switches: [String: Int] = [:]
    private(set) var areAsleep = true

    init(of process: pid_t) {
        main = String(process)
        let tasks = "/proc/\(process)/task"
        for thread in (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? [] {
            // A thread may end between the two looks.
            guard let status = try? String(contentsOfFile: "\(tasks)/\(thread)/status", encoding: .utf8)
            else {
                continue
            }
            for line in status.split(separator: "\n") {
                let fields = line.split(whereSeparator: \.isWhitespace)
                switch fields.first {
                case "State:": if fields[1] != "S" { areAsleep = false }
                case "voluntary_ctxt_switches:": switches[thread] = Int(fields[1])
                default: break
                }
            }
        }
    }

    /// - Parameter ticks: the wake-ups of one thread other than the main one that do not count, when they are no more.
    func wakeups(since earlier: Threads, notCounting ticks: Int) -> Int {
        let ended = earlier.switches.keys.count { switches[$0] == nil }
        var counts = switches.map { ($0.key, $0.value - earlier.switches[$0.key, default: 0]) }
        if let manager = counts.firstIndex(where: { $0.0 != main && (1...ticks).contains($0.1) }) {
            counts.remove(at: manager)
        }
        // The thread of a sanitizer looks around ten times a second.
        if BuiltPrograms.areSanitized,
            let other = counts.firstIndex(where: { $0.0 != main && (1...11 * ticks).contains($0.1) })
        {
            counts.remove(at: other)
        }
        return ended + counts.reduce(0) { $0 + $1.1 }
    }
}
