import AgentAPI
import TestSupport
import Testing
import Wire

@Suite struct LyzrStreamDecoderTests {
    typealias Decoder = Lyzr.StreamDecoder

    private struct Outcome: Equatable {
        var text = ""
        var others: [Decoder.Event] = []
        var end: Decoder.End
    }

    private func decode(_ pieces: [[UInt8]], type: String?) throws -> Outcome {
        var decoder = Decoder(contentType: type)
        var events: [Decoder.Event] = []
        for piece in pieces { events += try decoder.decode(piece) }
        let (rest, end) = decoder.finish()
        var outcome = Outcome(end: end)
        for event in events + rest {
            if case .text(let text) = event { outcome.text += text } else { outcome.others.append(event) }
        }
        return outcome
    }

    private func decode(_ text: String, type: String?) throws -> Outcome {
        try decode([Array(text.utf8)], type: type)
    }

    static let document =
        "LYZR_AGENT: To improve productivity, you can focus on time management, set clear goals, and minimize distractions."
    static let events =
        "data: Hel\n\ndata: lo\\n\n\ndata: café 😀 &lt;b&gt; \\\"q\\\"\n\n: ping\n\ndata: [DONE]\n\n"

    struct Sample: Sendable {
        var body: String
        var type: String?
        var text: String
        var end: Decoder.End = .complete
    }

    static let samples: [Sample] = [
        Sample(body: document, type: "text/plain; charset=utf-8", text: String(document.dropFirst(12))),
        Sample(body: document, type: nil, text: String(document.dropFirst(12))),
        Sample(body: document, type: "application/json", text: String(document.dropFirst(12))),
        Sample(body: "Hällo 😀", type: nil, text: "Hällo 😀"),
        Sample(body: "Hällo 😀", type: "application/octet-stream", text: "Hällo 😀"),
        Sample(body: "LYZR_AGENT: LYZR_AGENT: x", type: nil, text: "LYZR_AGENT: x"),
        Sample(body: "LYZR_AGENTS", type: nil, text: "LYZR_AGENTS"),
        Sample(body: "LYZR_", type: nil, text: "LYZR_"),
        Sample(body: "x LYZR_AGENT: y", type: nil, text: "x LYZR_AGENT: y"),
        Sample(body: "data: but plain", type: "text/plain", text: "data: but plain"),
        Sample(body: "{curly} words", type: nil, text: "{curly} words"),
        Sample(body: "{\"a\": 1", type: "text/plain", text: "{\"a\": 1"),
        Sample(body: "dat", type: nil, text: "dat"),
        Sample(body: "", type: nil, text: ""),
        Sample(body: "\n\n", type: nil, text: "\n\n"),
        Sample(body: events, type: "text/event-stream", text: "Hello\ncafé 😀 <b> \"q\""),
        Sample(body: events, type: nil, text: "Hello\ncafé 😀 <b> \"q\""),
        Sample(
            body: events.replacing("\n\n", with: "\r\n\r\n"), type: "text/event-stream; charset=utf-8",
            text: "Hello\ncafé 😀 <b> \"q\""),
        Sample(body: "data: Hel\n\ndata: lo\n\n", type: "text/event-stream", text: "Hello", end: .truncated),
        Sample(body: "data: Hel\n\ndata: l", type: nil, text: "Hell", end: .truncated),
        Sample(body: "data: a\n\ndata: [DONE]", type: nil, text: "a"),
        Sample(body: "data: a\n\ndata: [DONE]\n", type: nil, text: "a"),
        Sample(
            body:
                "data: {\"content\":\"a\",\"metadata\":{}}\n\ndata: {\"delta\":\"b\",\"content\":\"ab\"}\n\ndata: [DONE]\n\n",
            type: nil, text: "ab"),
        Sample(
            body: "data: {\"unheard\":\"of\"}\n\ndata: [DONE]\n\n", type: nil, text: "{\"unheard\":\"of\"}"),
        Sample(body: "data: a\n\ndata: [DONE]\n\ndata: late\n\n", type: nil, text: "a"),
        Sample(body: "{\"response\":\"all at once\"}", type: "application/json", text: "all at once"),
        Sample(body: "{\"response\":\"all at once\"}", type: nil, text: "all at once"),
        Sample(body: " { \"agent_response\" : \"all\" }\n", type: "application/json", text: "all"),
        Sample(body: events, type: "application/json", text: "Hello\ncafé 😀 <b> \"q\""),
        Sample(body: "data: {\"delta\":\"a\"}\n\ndata: [DONE]\n\n", type: "text/plain", text: "a"),
        Sample(body: "{\"response\":\"all at once\"}", type: "text/event-stream", text: "all at once"),
        Sample(body: "Just words\n", type: "text/event-stream", text: "Just words\n"),
        Sample(body: "x-field: 1\ndata: a\n\ndata: [DONE]\n\n", type: "text/event-stream", text: "a"),
        Sample(body: "<html> is a tag", type: "text/plain", text: "<html> is a tag"),
        Sample(body: "{\"error\": 7} is how", type: "text/plain", text: "{\"error\": 7} is how"),
        Sample(body: "{\"message\": \"m\"}", type: "text/plain", text: "{\"message\": \"m\"}"),
        Sample(
            body:
                "data: {\"delta\":\"a \\ud83d\"}\n\ndata: {\"delta\":\"\\ude80\"}\n\ndata: {\"delta\":\"\\ud83d\"}\n\ndata: [DONE]\n\n",
            type: nil, text: "a 🚀\u{FFFD}"),
        Sample(body: "\"a string\"", type: "application/json", text: "a string"),
        Sample(
            body: "{\"response\":\"broken o", type: "application/json", text: "{\"response\":\"broken o",
            end: .truncated),
    ]

    @Test("Every framing, cut anywhere, gives its text", arguments: samples)
    func anySplit(sample: Sample) throws {
        let bytes = Array(sample.body.utf8)
        for pieces in [[bytes]] + Splits.all(bytes) {
            let outcome = try decode(pieces, type: sample.type)
            #expect(outcome == Outcome(text: sample.text, end: sample.end), "\(pieces)")
        }
    }

    @Test("Plain text of any content type is decoded as it comes")
    func promptness() throws {
        for type in [nil, "text/plain", "application/json", "text/html"] {
            var decoder = Decoder(contentType: type)
            #expect(try decoder.decode(Array("H".utf8)) == [.text("H")])
            #expect(try decoder.decode(Array("i".utf8)) == [.text("i")])
        }
    }

    @Test func theTagIsHeldBackOnlyWhileItMayBeOne() throws {
        var decoder = Decoder(contentType: "text/plain")
        #expect(try decoder.decode(Array("LYZR_AGENT".utf8)) == [])
        #expect(try decoder.decode(Array(": ".utf8)) == [])
        #expect(try decoder.decode(Array("T".utf8)) == [.text("T")])
        var other = Decoder(contentType: nil)
        #expect(try other.decode(Array("LYZ".utf8)) == [])
        #expect(try other.decode(Array("E".utf8)) == [.text("LYZE")])
    }

    @Test func errorsAndToolCallsAreTold() throws {
        let body =
            "data: {\"type\":\"local_tool_call\",\"id\":\"c1\",\"name\":\"clock\",\"arguments\":{\"zone\":\"UTC\"}}\n\n"
            + "data: [ERROR] out of credits\n\n"
        let outcome = try decode(body, type: "text/event-stream")
        #expect(
            outcome.others == [
                .toolCall(id: "c1", name: "clock", arguments: ["zone": "UTC"]), .failed("out of credits"),
            ])
    }

    @Test func anErrorThatCameAsASuccess() throws {
        #expect(
            try decode(#"{"detail":"No such agent"}"#, type: "application/json").others == [
                .failed("No such agent")
            ])
    }

    @Test(arguments: [
        (#"{"error":{"message":"queue is full"}}"#, "text/plain"),
        (#"{ "detail" : "queue is full" }"#, "text/plain"),
        (#"{"error":"queue is full"}"#, nil), ("event: error\ndata: queue is full\n\n", "text/event-stream"),
        ("data: {\"error\":{\"message\":\"queue is full\"}}\n\n", nil),
        ("data: {\"object\":\"error\",\"message\":\"queue is full\"}\n\n", "text/plain"),
        ("error: queue is full\n\n", "text/event-stream"),
    ])
    func anErrorInAnyShape(body: String, type: String?) throws {
        for pieces in [[Array(body.utf8)]] + Splits.all(Array(body.utf8)) {
            let outcome = try decode(pieces, type: type)
            #expect(outcome.others == [.failed("queue is full")])
            #expect(outcome.text == "")
        }
    }

    @Test(arguments: ["text/html", "application/json", "text/event-stream", nil])
    func aPageInsteadOfAReply(type: String?) throws {
        let page = "<!doctype html><title>Sign in</title>"
        #expect(try decode(page, type: type).others == [.unexpectedPage(title: "Sign in")])
    }

    @Test func aBodyWithoutAnEndIsRefused() throws {
        var decoder = Decoder(contentType: "application/json", limit: 100)
        _ = try decoder.decode(Array("{\"".utf8))
        #expect(throws: StreamTooLong(limit: 100)) {
            _ = try decoder.decode(Array(repeating: 0x20, count: 99))
        }
    }

    @Test(arguments: [nil, "text/plain", "text/event-stream", "application/json"])
    func randomBytesNeverCrashAndNeverDependOnTheirPieces(type: String?) throws {
        for seed in UInt64(0)..<300 {
            var generator = SeededRandom(seed: seed)
            let bytes = generator.nastyBytes(80)
            let whole = try decode([bytes], type: type)
            let pieces = try decode(Splits.random(bytes, seed: seed), type: type)
            #expect(whole == pieces, "\(bytes)")
        }
    }
}
