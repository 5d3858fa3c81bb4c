import TestSupport
import Testing
import Wire

@Suite struct ServerSentEventDecoderTests {
    private func decode(_ pieces: [[UInt8]], limit: Int = 1 << 20) throws -> [ServerSentEvent] {
        var decoder = ServerSentEventDecoder(limit: limit)
        var events: [ServerSentEvent] = []
        for piece in pieces { events += try decoder.decode(piece) }
        return events + decoder.finish()
    }

    private func decode(_ text: String) throws -> [ServerSentEvent] { try decode([Array(text.utf8)]) }

    @Test(
        "Lines end with LF, CRLF or CR",
        arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) throws {
        let text =
            ["event: a", "data: 1", "", ": ping", "", "data: 2", "data:  3", "data", "id: 7", ""]
            .joined(separator: end) + end
        let expected = [
            ServerSentEvent(name: "a", data: "1"), ServerSentEvent(data: "2\n 3\n"),
        ]
        #expect(try decode(text) == expected)
        for pieces in Splits.all(Array(text.utf8)) { #expect(try decode(pieces) == expected) }
    }

    @Test func aByteOrderMarkMayComeFirst() throws {
        #expect(try decode("\u{FEFF}data: x\n\n") == [ServerSentEvent(data: "x")])
        #expect(try decode("data: \u{FEFF}x\n\n") == [ServerSentEvent(data: "\u{FEFF}x")])
    }

    @Test func unknownFieldsAndEmptyEventsArePassedOver() throws {
        #expect(
            try decode("retry: 5\nfoo: bar\nnonsense\n\n\n\nevent: lonely\n\ndata: x\n\n") == [
                ServerSentEvent(data: "x")
            ])
    }

    @Test("An event without its blank line or line end counts, a part of a JSON document does not")
    func brokenEnd() throws {
        #expect(try decode("data: [DONE]\n") == [ServerSentEvent(data: "[DONE]")])
        #expect(try decode("data: [DONE]") == [ServerSentEvent(data: "[DONE]")])
        #expect(try decode("data: {\"a\":1}") == [ServerSentEvent(data: "{\"a\":1}")])
        #expect(try decode("data: {\ndata: }") == [ServerSentEvent(data: "{\n}")])
        #expect(try decode("data: some wor") == [ServerSentEvent(data: "some wor")])
        #expect(try decode("data: 1\nda") == [ServerSentEvent(data: "1")])
        #expect(try decode("data: 1\ndata:") == [ServerSentEvent(data: "1")])
        #expect(try decode("data: {\"typ") == [])
        #expect(try decode("data: 1\ndata: {\"typ") == [ServerSentEvent(data: "1")])
    }

    @Test func aFieldOfErrorsIsAnEventOfThatName() throws {
        #expect(
            try decode("error: {\"code\":400}\n\ndata: x\n\n") == [
                ServerSentEvent(name: "error", data: "{\"code\":400}"), ServerSentEvent(data: "x"),
            ])
    }

    /// The data of each event, and what it becomes.
    static let splitCharacters: [(data: [String], joined: [String])] = [
        ([#"{"a":"x\ud83d"}"#, #"{"a":"\ude80 y"}"#], [#"{"a":"x"}"#, #"{"a":"\ud83d\ude80 y"}"#]),
        ([#"{"a":"\uD83D"}"#, #"{"a": "\uDE80"}"#], [#"{"a":""}"#, #"{"a": "\uD83D\uDE80"}"#]),
        ([#"{"a":"\ud83d"}"#, #"{"a":"y"}"#], [#"{"a":"\ud83d"}"#, #"{"a":"y"}"#]),
        ([#"{"a":"\ud83d"}"#, #"{"a":"y\ude80"}"#], [#"{"a":"\ud83d"}"#, #"{"a":"y\ude80"}"#]),
        ([#"{"a":"\ud83d y"}"#, #"{"a":"\ude80"}"#], [#"{"a":"\ud83d y"}"#, #"{"a":"\ude80"}"#]),
        ([#"{"a":"\\ud83d"}"#, #"{"a":"\ude80"}"#], [#"{"a":"\\ud83d"}"#, #"{"a":"\ude80"}"#]),
        ([#"{"a":"\ud83d"}"#, #"{"a":"q\"\ude80"}"#], [#"{"a":"\ud83d"}"#, #"{"a":"q\"\ude80"}"#]),
        ([#"{"a":"\ud83d"}"#], [#"{"a":"\ud83d"}"#]),
        (
            [#"["\ud83d"]"#, #"["\ude80\ud83d"]"#, #"["\ude80"]"#],
            [#"[""]"#, #"["\ud83d\ude80"]"#, #"["\ud83d\ude80"]"#]
        ),
    ]

    @Test("The halves of a character in two events are joined", arguments: splitCharacters)
    func halves(data: [String], joined: [String]) throws {
        let bytes = Array(data.map { "data: \($0)\n\n" }.joined().utf8)
        for pieces in [[bytes]] + Splits.all(bytes) {
            #expect(try decode(pieces).map(\.data) == joined)
        }
        #expect(try decode("data: " + data.joined(separator: "\n\ndata: ")).map(\.data) == joined)
    }

    @Test func longLinesAndLongEventsAreRefused() throws {
        let long = Array(repeating: UInt8(ascii: "x"), count: 101)
        #expect(throws: StreamTooLong(limit: 100)) { try decode([long], limit: 100) }
        #expect(throws: StreamTooLong(limit: 100)) { try decode(Splits.single(long), limit: 100) }
        let lines = Array(repeating: Array("data: 123456789\n".utf8), count: 11)
        #expect(throws: StreamTooLong(limit: 100)) { try decode(lines, limit: 100) }
    }

    @Test func whatIsWrittenIsRead() throws {
        let events = [
            ServerSentEvent(name: "task.status", data: "{\"status\":\"running\"}"),
            ServerSentEvent(data: "one\ntwo\n\nfour"), ServerSentEvent(data: " indented"),
            ServerSentEvent(data: ""),
        ]
        #expect(try decode(events.map(\.encoded).joined()) == events)
    }

    @Test func randomBytesNeverCrashAndNeverDependOnTheirPieces() throws {
        for seed in UInt64(0)..<300 {
            var generator = SeededRandom(seed: seed)
            let bytes = generator.nastyBytes(96)
            #expect(try decode([bytes]) == decode(Splits.random(bytes, seed: seed)), "\(bytes)")
        }
    }
}
