import TestSupport
import Testing

/// The probe itself: a program that wakes up now and then is not idle.
@Suite(.ownThread) struct IdleProbeTests {
    @Test(arguments: ["read -t 1.5 -r", "read -t 1.5 -r; printf ."])
    func aTimerIsNoticed(step: String) throws {
        let session = try TerminalSession(
            executable: "/bin/bash", arguments: ["-c", "echo ready; while :; do \(step); done"])
        try session.waitFor(text: "ready")
        let seen = IdleProbe.observe(session, windows: 3)
        #expect(seen.wakeups > 0)
        #expect((seen.bytes > 0) == step.contains("printf"))
    }

    @Test func aProgramThatOnlyReadsIsSilent() throws {
        let session = try TerminalSession(executable: "/bin/bash", arguments: ["-c", "echo ready; read -r"])
        try session.waitFor(text: "ready")
        #expect(IdleProbe.observe(session) == .silence)
    }
}
