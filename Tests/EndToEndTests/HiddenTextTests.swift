import Foundation
import TestSupport
import Testing

/// Text that hides or breaks what is on the screen, on its ways out of the built program.
@Suite(.ownThread) struct HiddenTextTests {
    static let nasty =
        "shown a" + String(repeating: "\u{301}", count: 3000) + " b"
        + String(repeating: "\u{200B}", count: 3000) + "c"
        + String(
            String.UnicodeScalarView(
                "hidden".unicodeScalars.compactMap { Unicode.Scalar(0xE0000 + $0.value) }))
        + " \u{202E}end"
    static let safe =
        "shown a" + String(repeating: "\u{301}", count: 8) + " b\u{200B}\u{200B}\u{200B}c \u{FFFD}end"

    private func home() throws -> TestHome {
        let home = try TestHome()
        try home.write(Self.nasty + "\n", to: "reply.txt")
        try home.write(
            """
            [agents.nasty]
            kind = "command"
            command = ["cat", "\(home.path)/reply.txt"]
            """, to: ".config/parley/server.toml")
        return home
    }

    private func isSafe(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        let hides = scalars.contains { (0xE0000...0xE0FFF).contains($0.value) || $0.value == 0x202E }
        let runs = scalars.split { $0.value != 0x301 && $0.value != 0x200B }
        return !hides && runs.allSatisfy { $0.count <= 11 }
    }

    @Test func repliesAndTitlesAreSafeInEveryCommand() throws {
        let home = try home()
        let sent = try home.run(["send", Self.nasty])
        #expect(sent.status == 0)
        #expect(Array(sent.output.unicodeScalars) == Array((Self.safe + "\n").unicodeScalars))
        let task = try String(#require(home.run(["tasks"]).output.split(separator: "\t").first))
        for arguments in [["show", task], ["export", task], ["tasks"], ["search", "shown"]] {
            let outcome = try home.run(arguments)
            #expect(outcome.status == 0, "\(arguments)")
            #expect(outcome.output.contains("shown"), "\(arguments)")
            #expect(isSafe(outcome.output), "\(arguments)")
        }
        // A script gets the same text, escaped.
        let json = try home.run(["show", "--json", task]).output
        #expect(
            !json.unicodeScalars.contains { (0xE0000...0xE0FFF).contains($0.value) || $0.value == 0x202E })
        #expect(json.contains("\\udb40"))
        let unknown = try home.run(["show", Self.nasty + "x"])
        #expect(unknown.status != 0)
        #expect(isSafe(unknown.errors))
    }

    @Test func theWindowsTitleIsSafe() throws {
        let home = try home()
        _ = try home.run(["send", Self.nasty])
        let session = try home.open()
        try session.waitFor(text: "shown")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
        #expect(isSafe(String(decoding: session.output, as: UTF8.self)))
    }
}
