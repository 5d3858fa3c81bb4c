import Foundation
import TestSupport
import Testing

/// Times in the zone of the person, in every form of `TZ`, as the system's own `date` shows them.
@Suite(.ownThread) struct LocalTimeTests {
    @Test(arguments: [
        "CET-1CEST", "CET-1CEST,M3.5.0,M10.5.0/3", "UTC+5", "<+0545>-5:45", ":Asia/Tokyo", "America/St_Johns",
        "",
    ])
    func timesAreThoseOfTheSystem(zone: String) throws {
        let home = try TestHome()
        #expect(try home.run(["send", "hello"]).status == 0)
        let json = try home.run(["show", "hello", "--json"]).output
        let sent = try #require(json.firstMatch(of: /"at" ?: ?"([^"]+)"/)?.output.1)
        let shown = try home.run(["show", "hello"], environment: ["TZ": zone]).output
        let date = try Command(
            "/bin/date", ["-d", String(sent), "+%Y-%m-%d %H:%M"],
            environment: ["TZ": zone, "PATH": "/usr/bin:/bin"],
            directory: home.path
        ).run()
        #expect(shown.contains(date.output.trimmingCharacters(in: .newlines)))
    }
}
