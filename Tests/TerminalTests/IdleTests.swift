import Foundation
import TestSupport
import Testing

/// A program with nothing to do sleeps until something happens.
@Suite(.ownThread, .enabled(if: SleepingCall.areVisible)) struct IdleTests {
    @Test func sleepsWithoutATimeout() throws {
        let probe = try ProbeSession()
        try waitForSleep(of: probe)
    }

    @Test func sleepsWithoutATimeoutAfterEsc() throws {
        let probe = try ProbeSession()
        probe.session.type("\u{1B}")
        try probe.waitFor("key esc")
        try waitForSleep(of: probe)
    }

    @Test("A terminal that hung up is not polled again and again")
    func sleepsAfterAHangUp() throws {
        let probe = try ProbeSession()
        try probe.perform("stay")
        probe.session.terminal.hangUp()
        try waitForSleep(of: probe)
        probe.session.signal(SIGTERM)
        #expect(try probe.session.waitForExit() == .exited(0))
    }

    /// Waits until the probe sleeps in a poll without a timeout.
    private func waitForSleep(of probe: ProbeSession) throws {
        let deadline = ContinuousClock.now + probe.session.limit
        var last: SleepingCall?
        while ContinuousClock.now < deadline {
            last = SleepingCall(of: probe.session.process)
            if let last, last.isPoll, last.timeout == nil { return }
            try #require(kill(probe.session.process, 0) == 0, "The probe has ended")
            usleep(1000)
        }
        Issue.record("The probe does not sleep without a timeout: \(String(describing: last))")
    }
}

/// The system call that a process sleeps in, by `/proc/PID/syscall`.
private struct SleepingCall {
    /// Some containers hide them.
    static let areVisible = (try? String(contentsOfFile: "/proc/self/syscall", encoding: .utf8)) != nil

    let isPoll: Bool
    /// Milliseconds; nil for none.
    let timeout: Int?

    /// - Returns: nil when the process does not sleep.
    init?(of process: pid_t) {
        guard let line = try? String(contentsOfFile: "/proc/\(process)/syscall", encoding: .utf8) else {
            return nil
        }
        let fields = line.split(whereSeparator: \.isWhitespace)
        guard fields.count > 3, let number = Int(fields[0]),
            let timeout = UInt64(fields[3].dropFirst(2), radix: 16)
        else { return nil }
        #if arch(x86_64)
            isPoll = number == 7
            self.timeout =
                UInt32(truncatingIfNeeded: timeout) == .max ? nil : Int(truncatingIfNeeded: timeout)
        #else
            // ppoll, whose timeout is a pointer.
            isPoll = number == 73
            self.timeout = timeout == 0 ? nil : 0
        #endif
    }
}
