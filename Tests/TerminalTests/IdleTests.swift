import Foundation
import TestSupport
import Testing

/// A program with nothing to do sleeps until something happens.
@Suite(.runsPrograms, .enabled(if: SleepingCall.areVisible)) struct IdleTests {
    @Test func sleepsWithoutATimeout() throws {
        let probe = try ProbeSession()
        let call = try sleepingCall(of: probe)
        #expect(call.isPoll)
        #expect(call.timeout == nil)
    }

    @Test func sleepsWithoutATimeoutAfterEsc() throws {
        let probe = try ProbeSession()
        probe.session.type("\u{1B}")
        try probe.waitFor("key esc")
        #expect(try sleepingCall(of: probe).timeout == nil)
    }

    @Test("A terminal that hung up is not looked at for ever")
    func sleepsAfterAHangUp() throws {
        let probe = try ProbeSession()
        try probe.perform("stay")
        probe.session.terminal.hangUp()
        #expect(try sleepingCall(of: probe).isPoll)
        probe.session.signal(SIGTERM)
        #expect(try probe.session.waitForExit() == .exited(0))
    }

    /// The call that the probe sleeps in, once it does.
    private func sleepingCall(of probe: ProbeSession) throws -> SleepingCall {
        let deadline = ContinuousClock.now + probe.session.limit
        while true {
            if let call = SleepingCall(of: probe.session.process) { return call }
            try #require(kill(probe.session.process, 0) == 0)
            try #require(ContinuousClock.now < deadline, "The probe does not sleep.")
            usleep(1000)
        }
    }
}

/// The system call that a process sleeps in, by `/proc/PID/syscall`.
private struct SleepingCall {
    /// Not so in every container.
    static let areVisible = (try? String(contentsOfFile: "/proc/self/syscall", encoding: .utf8)) != nil

    let isPoll: Bool
    /// Milliseconds, or nil for ever.
    let timeout: Int?

    /// - Returns: nil when the process does not sleep, or its calls cannot be seen.
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
