import AgentAPI
import TestSupport
import Testing
import Wire

/// Events of every contract from bytes at random, in pieces at random: the same events each time, and no crash.
@Suite struct RandomEventsTests {
    private static let lines = [
        #"data: {"type":"streaming_agent_output","content":"a \ud83d"}"#, #"data: {"content":"\ude80 b"}"#,
        #"data: {"type":"tool_input","tool_call_id":"c","tool_input":{"q":NaN}}"#, "data: [DONE]",
        "data: {not json",
        "event: message.delta", #"data: {"message_id":"m","text":"x"}"#, "event: error",
        "data: queue is full",
        #"error: {"code":400}"#, #"data: {"error":{"message":"no"}}"#, "", "", "", ": ping", "retry: 1",
        "data:",
        #"data: {"data":{"text":"\u12"}}"#, #"data: {'id':'m','text':None,}"#, "nonsense",
    ]

    private static func bytes(_ random: inout SeededRandom) -> [UInt8] {
        (0..<random.number(1...12)).flatMap { _ -> [UInt8] in
            let end = random.pick(["\n", "\r\n", "\r"])
            let line = random.number(0...5) == 0 ? random.nastyBytes(12) : Array(random.pick(lines).utf8)
            return line + Array(end.utf8)
        } + (Bool.random(using: &random) ? Array(random.pick(lines).utf8) : [])
    }

    private func events(_ pieces: [[UInt8]]) throws -> [ServerSentEvent] {
        var decoder = ServerSentEventDecoder()
        var events: [ServerSentEvent] = []
        for piece in pieces { events += try decoder.decode(piece) }
        return events + decoder.finish()
    }

    @Test func theSameHoweverTheyAreCut() throws {
        for seed in UInt64(0)..<500 {
            var random = SeededRandom(seed: seed)
            let bytes = Self.bytes(&random)
            let whole = try events([bytes])
            let cut = try events(Splits.random(bytes, seed: seed))
            #expect(cut == whole, "seed \(seed)")
            #expect(cut.map { Vectara.Event($0) } == whole.map { Vectara.Event($0) })
            #expect(cut.map { Xagent.Event($0) } == whole.map { Xagent.Event($0) })
            #expect(cut.map { AUI.SocketFrame($0.data) } == whole.map { AUI.SocketFrame($0.data) })
        }
    }

    @Test func everyEventIsReadOrReported() throws {
        for seed in UInt64(0)..<500 {
            var random = SeededRandom(seed: seed)
            for event in try events([Self.bytes(&random)]) where JSONValue(text: event.data) == nil {
                let isReported = ["error", Vectara.Event.unreadable].contains(Vectara.Event(event).type)
                #expect(isReported, "seed \(seed): \(event)")
                switch Xagent.Event(event) {
                case .other(Xagent.Event.unreadable, _), .streamError: break
                case let other: Issue.record("seed \(seed): \(other)")
                }
                #expect(AUI.SocketFrame(event.data) == .unreadable(event.data))
            }
        }
    }
}
