import Foundation
import Logging
import TestSupport
import Testing

@testable import Settings

@Suite(.timeLimit(.scaled(minutes: 5))) struct LogTests {
    private func logger(_ file: LogFile, label: String = "test") -> Logger {
        Logger(label: label) {
            FileLogHandler(label: $0, file: file, level: .info) {
                Date(timeIntervalSince1970: 1_767_323_045.5)
            }
        }
    }

    @Test func anEventIsOneLine() async throws {
        let folder = try TemporaryFolder()
        let file = LogFile(path: folder.path + "/parley.log", redactor: Redactor())
        var log = logger(file, label: "poller")
        log[metadataKey: "task"] = "1f3a"
        log.warning("no answer\n\u{1B}[31mfrom outside", metadata: ["attempt": "2"])
        log.debug("not asked for")
        await file.close()
        let text = try folder.read("parley.log")
        #expect(
            text
                == "2026-01-02T03:04:05.500Z warning poller: no answer\\n\u{FFFD}[31mfrom outside attempt=2 task=1f3a\n"
        )
        #expect(try folder.mode("parley.log") == 0o600)
    }

    @Test func theFileDoesNotGrowWithoutEnd() async throws {
        let folder = try TemporaryFolder()
        let file = LogFile(path: folder.path + "/parley.log", limit: 2000, redactor: Redactor())
        let log = logger(file)
        for number in 0..<200 { log.info("\(number)") }
        await file.close()
        let sizes = try [folder.read("parley.log"), folder.read("parley.log.1")].map(\.utf8.count)
        #expect(sizes.allSatisfy { $0 <= 2100 })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
        #expect(try folder.read("parley.log").hasSuffix("info test: 199\n"))
    }

    @Test func twoWritersShareAFile() async throws {
        let folder = try TemporaryFolder()
        let files = (0..<2).map { _ in
            LogFile(path: folder.path + "/parley.log", limit: 1 << 20, redactor: Redactor())
        }
        for number in 0..<100 { logger(files[number % 2]).info("line \(number)") }
        for file in files { await file.close() }
        let lines = try folder.read("parley.log").split(separator: "\n")
        #expect(lines.count == 100)
        #expect(lines.allSatisfy { $0.wholeMatch(of: /\S+Z info test: line \d+/) != nil })
    }

    @Test func aLogThatCannotBeWrittenDisturbsNobody() async {
        let file = LogFile(path: "/proc/none/parley.log", redactor: Redactor())
        logger(file).info("lost")
        await file.close()
    }

    @Test(arguments: [
        ("Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"),
        ("x-api-key: k-12345 next", "x-api-key: [redacted] next"),
        ("x-network-api-key=API_KEY_01KABC", "x-network-api-key=[redacted]"),
        (#"{"api_key":"abc","n":1}"#, #"{"api_key":"[redacted]","n":1}"#),
        ("wss://h/p?network_api_key=abc&x=1", "wss://h/p?network_api_key=[redacted]&x=1"),
        ("GET https://me:pw@example.org/a", "GET https://[redacted]@example.org/a"),
        ("sent sk-abcdef123456 to it", "sent sk-[redacted] to it"),
        ("xag_0123456789abcdef", "xag_[redacted]"),
        ("OPENAI_API_KEY=abc", "OPENAI_API_KEY=[redacted]"),
        ("password = hunter2", "password = [redacted]"),
        ("the key ctrl-n is bound", "the key ctrl-n is bound"),
        ("opaque tell-nobody-this here", "opaque [redacted] here"),
        ("opaque TELL%2Dnobody-this here", "opaque [redacted] here"),
    ])
    func secretsAreTakenOut(text: String, redacted: String) {
        let redactor = Redactor()
        redactor.learn("tell-nobody-this")
        redactor.learn("the")
        #expect(redactor.redact(text) == redacted)
    }

    @Test func nothingIsRedactedTwiceIntoNonsense() {
        let redactor = Redactor()
        let once = redactor.redact("Authorization: Bearer abc x-api-key: def")
        #expect(redactor.redact(once) == once)
    }
}
