import Foundation
import TestSupport
import Testing

/// A compressed answer that inflates to a gigabyte, from a service and from a model: the built program keeps its memory and says so.
@Suite(.ownThread) struct InflationTests {
    /// Less than a tenth of what the answer inflates to, and far more than the program takes by itself.
    private static let mostMemory = 800 << 20

    private static func port(_ opening: String, type: String) throws -> AnsweringPort {
        let body = GzipBomb.bytes(opening: opening, filler: "x", count: 1 << 30)
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: \(type)\r\ncontent-encoding: gzip\r\ncontent-length: \(body.count + 8)\r\n\r\n"
        return try AnsweringPort(answer: Array(head.utf8) + body)
    }

    @Test(arguments: ["lyzr", "openai"]) func aGigabyteInAFewMegabytes(service: String) throws {
        let port = try Self.port(
            service == "lyzr" ? "" : "data: ", type: service == "lyzr" ? "text/plain" : "text/event-stream")
        let home = try TestHome()
        if service == "lyzr" {
            try home.write(
                """
                [accounts.work]
                service = "lyzr"
                url = "http://127.0.0.1:\(port.port)"
                key-env = "KEY"
                agents = [ { id = "60d0fe4f5311236168a109ca", name = "Support" } ]
                """, to: ".config/parley/config.toml")
        } else {
            try home.write(
                "[agents.model]\nkind = \"openai\"\nurl = \"http://127.0.0.1:\(port.port)/v1\"\nmodel = \"m\"\n",
                to: ".config/parley/server.toml")
        }
        let session = try home.open(environment: ["KEY": "secret"])
        try session.waitFor(text: "Message to")
        session.type("hi" + Keys.enter)
        try session.waitFor("the end of the reply") {
            $0.text.contains("cut off here") || $0.text.contains("failed: ") || $0.text.contains("broke off")
        }
        // A sanitizer keeps what was given back.
        if !BuiltPrograms.areSanitized {
            #expect(RunningProcess.peakMemory(of: session.process) < Self.mostMemory)
        }
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
        withExtendedLifetime(port) {}
    }
}
