import AgentAPI
import TestSupport
import Testing

/// The reason at the end of a stream of bare text that breaks off.
@Suite struct LyzrTextFailureTests {
    private static func decode(
        _ pieces: [[UInt8]], isBroken: Bool
    ) throws -> (text: String, failure: String?) {
        var decoder = Lyzr.StreamDecoder(contentType: "text/plain; charset=utf-8")
        let events =
            try pieces.flatMap { try decoder.decode($0) } + decoder.finish(isBroken: isBroken).events
        var text = ""
        var failure: String?
        for event in events {
            switch event {
            case .text(let more): text += more
            case .failed(let reason): failure = reason
            default: Issue.record("\(event)")
            }
        }
        return (text, failure)
    }

    @Test(arguments: ["half", "", "a\n\nb\n", "[ERROR] x", "é\n\n[ERRO", "a\n\n[ERROR]", "\n\n"])
    func isRecognisedHoweverItIsCut(text: String) throws {
        let reason = "The program sh failed with exit status 7:\nno more\n\nnever"
        let body = Array(("LYZR_AGENT: " + text + Lyzr.TextFailure.paragraph(reason)).utf8)
        for pieces in Splits.inTwo(body) + [Splits.single(body)] {
            let broken = try Self.decode(pieces, isBroken: true)
            #expect(broken.text == text)
            #expect(broken.failure == reason)
            let whole = try Self.decode(pieces, isBroken: false)
            #expect(whole.text == text + "\n\n[ERROR] " + reason)
            #expect(whole.failure == nil)
        }
    }

    @Test func aStreamThatBreaksOffWithoutOneIsText() throws {
        for text in ["half", "half\n", "half\n\n[ERROR]", "[ERROR] half"] {
            let broken = try Self.decode([Array(text.utf8)], isBroken: true)
            #expect(broken.text == text)
            #expect(broken.failure == nil)
        }
    }

    /// An answer that goes on after such a paragraph is not held back.
    @Test func littleIsHeldBack() throws {
        var decoder = Lyzr.StreamDecoder(contentType: "text/plain")
        let start = Array("a\n\n[ERROR] b".utf8)
        var text = ""
        func add(_ events: [Lyzr.StreamDecoder.Event]) {
            for case .text(let more) in events { text += more }
        }
        add(try decoder.decode(start))
        #expect(text == "a")
        let more = String(repeating: "x", count: 32 << 10)
        add(try decoder.decode(Array(more.utf8)))
        #expect(text == "a\n\n[ERROR] b" + more)
    }
}
