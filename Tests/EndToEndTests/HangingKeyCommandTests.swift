import Foundation
import TestSupport
import Testing

/// A program that is to print a key and never does.
@Suite(.ownThread) struct HangingKeyCommandTests {
    private let home: TestHome

    init() throws {
        home = try TestHome()
        let script =
            "#!/bin/sh\necho $$ > \"\(home.path)/new\" && mv \"\(home.path)/new\" \"\(home.path)/pid\"\nexec sleep 100000\n"
        try home.write(script, to: "print-key", mode: 0o755)
        try home.write(
            """
            [accounts.work]
            service = "lyzr"
            url = "http://127.0.0.1:9"
            key-command = ["\(home.path)/print-key"]
            agents = [ { id = "60d0fe4f5311236168a109ca", name = "Support" } ]
            """, to: ".config/parley/config.toml")
    }

    @Test(arguments: [SIGKILL, nil])
    func itEndsWithParley(signal: Int32?) throws {
        let session = try home.open()
        try session.waitFor(text: "Message to Support")
        session.type("hello" + Keys.enter)
        try session.waitFor("the program", outside: { (try? home.read("pid")) != nil })
        let program = try #require(
            pid_t(try home.read("pid").trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kill(program, 0) == 0)
        if let signal {
            session.signal(signal)
            #expect(try session.waitForExit() == .signalled(signal))
        } else {
            session.type(Keys.quit)
            #expect(try session.waitForExit() == .exited(0))
        }
        try session.waitFor("the end of the program", outside: { !isRunning(program) })
    }

    /// Whether a process is there and no zombie, which nobody may be left to collect.
    private func isRunning(_ process: pid_t) -> Bool {
        guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
            return false
        }
        return !line.contains(") Z ")
    }
}
