import TestSupport
import Testing
import Wire

@testable import Agents

/// Decodes the chunks of a completion.
@Suite(.timeLimit(.scaled(minutes: 5))) struct CompletionDecoderTests {
    private func events(_ chunks: [String]) throws -> [AgentEvent] {
        var decoder = CompletionDecoder()
        var events: [AgentEvent] = []
        for chunk in chunks { events += try decoder.decode(ServerSentEvent(data: chunk)) }
        events += decoder.flush()
        return events + (try decoder.finish())
    }

    @Test func bothNamesOfReasoningAreThoughts() throws {
        let decoded = try events([
            #"{"choices":[{"delta":{"reasoning":"a","content":null}}]}"#,
            #"{"choices":[{"delta":{"reasoning_content":"b","content":""}}]}"#, delta("c"), stop,
        ])
        #expect(decoded == [.thinking("a"), .thinking("b"), .text("c")])
    }

    @Test func unknownChunksAreIgnored() throws {
        let decoded = try events([
            "", "{}", #"{"choices":[]}"#,
            #"{"choices":[{"delta":{"content":[{"type":"text","text":"x"}]}}]}"#,
            #"{"choices":[{"delta":{}}],"usage":{"total_tokens":3}}"#, "[DONE]",
        ])
        #expect(decoded == [.text("x")])
    }

    @Test func consecutiveCallsAreSeparate() throws {
        let decoded = try events([
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"one","arguments":"{}"}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"two"}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"arguments":{"x":1}}}]}}]}"#, stop,
        ])
        #expect(
            decoded == [
                .toolCall(id: "a", name: "one", input: "{}"),
                .toolCall(id: "b", name: "two", input: #"{"x":1}"#),
                .toolResult(id: "a", output: "null", isError: false),
                .toolResult(id: "b", output: "null", isError: false),
            ])
    }

    /// Some servers give every call the same index, some give none.
    @Test(arguments: [
        [#""index":0,"id":"a","#, #""index":0,"id":"b","#], [#""id":"a","#, #""id":"b","#],
        [#""index":0,"#, #""index":1,"#],
        ["", ""],
    ])
    func callsAreToldApart(places: [String]) throws {
        let decoded = try events(
            places.enumerated().map { number, place in
                #"{"choices":[{"delta":{"tool_calls":[{\#(place)"function":{"name":"f\#(number)","arguments":"{\"n\":"}}]}}]}"#
            } + [
                #"{"choices":[{"delta":{"tool_calls":[{\#(places[1])"function":{"arguments":"1}"}}]}}]}"#,
                delta("x"), stop,
            ])
        let calls = decoded.compactMap { event in
            if case .toolCall(_, let name, let input) = event { "\(name) \(input)" } else { nil }
        }
        #expect(calls == [#"f0 {"n":"#, #"f1 {"n":1}"#])
    }

    @Test func callsMayComeByTurns() throws {
        func piece(_ index: Int, _ rest: String) -> String {
            #"{"choices":[{"delta":{"tool_calls":[{"index":\#(index),\#(rest)}]}}]}"#
        }
        let decoded = try events([
            piece(0, #""id":"a","function":{"name":"one","arguments":"{"}"#),
            piece(1, #""id":"b","function":{"name":"two","arguments":"{"}"#),
            piece(0, #""function":{"arguments":"}"}"#), piece(1, #""function":{"arguments":"}"}"#), stop,
        ])
        #expect(
            decoded.prefix(2) == [
                .toolCall(id: "a", name: "one", input: "{}"), .toolCall(id: "b", name: "two", input: "{}"),
            ])
    }

    @Test(
        "A thought is found beside empty and missing twins",
        arguments: [
            #""reasoning_content":null,"reasoning":"Hm.""#, #""reasoning_content":"","reasoning":"Hm.""#,
            #""reasoning":null,"reasoning_content":"Hm.""#, #""reasoning":"Hm.","reasoning_content":"Hm.""#,
            #""reasoning_details":[{"type":"reasoning.text","text":"Hm."}]"#, #""thinking":"Hm.""#,
            #""content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]}]"#,
        ])
    func thoughts(fields: String) throws {
        let decoded = try events([#"{"choices":[{"delta":{\#(fields)}}]}"#, delta("Blue."), stop])
        #expect(decoded == [.thinking("Hm."), .text("Blue.")])
    }

    @Test func anUnreadableChunkIsReportedAndTheOthersAreKept() {
        var decoder = CompletionDecoder()
        #expect(throws: CompletionError.unreadableChunk("not json")) {
            #expect(try decoder.decode(ServerSentEvent(data: delta("a"))) == [.text("a")])
            #expect(try decoder.decode(ServerSentEvent(data: "not json")) == [])
            #expect(try decoder.decode(ServerSentEvent(data: stop)) == [])
            _ = try decoder.finish()
        }
    }

    @Test(
        "An error in any shape fails the turn with its words",
        arguments: [
            ServerSentEvent(data: #"{"error":{"message":"queue is full","code":503}}"#),
            ServerSentEvent(data: #"{"error":"queue is full","choices":[]}"#),
            ServerSentEvent(data: #"{"object":"error","message":"queue is full","code":400}"#),
            ServerSentEvent(data: #"{"detail":"queue is full"}"#),
            ServerSentEvent(data: #"{"choices":[{"delta":{},"error":{"message":"queue is full"}}]}"#),
            ServerSentEvent(
                data: #"{"choices":[{"delta":{"content":""}}],"error":{"message":"queue is full"}}"#),
            ServerSentEvent(name: "error", data: #"{"message":"queue is full"}"#),
            ServerSentEvent(name: "error", data: "queue is full"),
        ])
    func errors(event: ServerSentEvent) {
        var decoder = CompletionDecoder()
        #expect(throws: CompletionError.reported("queue is full")) { try decoder.decode(event) }
    }

    private static let lines = [
        "data: \(delta("a"))", "data: \(delta("<think>b</think>c"))", "data: \(stop)", "data: [DONE]", "", "",
        ": ping",
        #"data: {"choices":[{"delta":{"content":"x \ud83d"}}]}"#,
        #"data: {"choices":[{"delta":{"content":"\ude80"}}]}"#,
        #"data: {"choices":[{"delta":{"reasoning":"r","reasoning_content":null}}]}"#, "data: {not json",
        "nonsense",
        #"data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"t","function":{"name":"f","arguments":"{}"}}]}}]}"#,
        #"data: {"choices":[{"delta":{"role":"tool","tool_call_id":"t","content":"2"}}]}"#,
        #"data: {"error":"no"}"#,
    ]

    /// What becomes of the bytes of a stream: the events, and the failure.
    private func outcome(_ pieces: [[UInt8]]) throws -> (events: [AgentEvent], failure: CompletionError?) {
        var lines = ServerSentEventDecoder()
        var decoder = CompletionDecoder()
        var events: [AgentEvent] = []
        do throws(CompletionError) {
            for piece in pieces {
                for event in (try? lines.decode(piece)) ?? [] where !decoder.isDone {
                    events += try decoder.decode(event)
                }
            }
            for event in lines.finish() where !decoder.isDone { events += try decoder.decode(event) }
            events += decoder.flush()
            return (events + (try decoder.finish()), nil)
        } catch {
            return (events, error)
        }
    }

    @Test func randomStreamsInRandomPiecesGiveTheSameEvents() throws {
        for seed in UInt64(0)..<500 {
            var random = SeededRandom(seed: seed)
            let bytes = (0..<random.number(1...14)).flatMap { _ -> [UInt8] in
                let line =
                    random.number(0...9) == 0 ? random.nastyBytes(12) : Array(random.pick(Self.lines).utf8)
                return line + Array(random.pick(["\n", "\n\n", "\r\n"]).utf8)
            }
            let (whole, cut) = (try outcome([bytes]), try outcome(Splits.random(bytes, seed: seed)))
            #expect(whole.events == cut.events, "seed \(seed)")
            #expect(whole.failure == cut.failure, "seed \(seed)")
        }
    }

    @Test func streamThatEndsBeforeTheModelIsTruncated() {
        #expect(throws: CompletionError.truncated) { _ = try events([delta("half")]) }
        #expect(throws: CompletionError.contentFiltered) {
            _ = try events([#"{"choices":[{"delta":{},"finish_reason":"content_filter"}]}"#])
        }
        #expect(throws: CompletionError.lengthReached) {
            _ = try events([delta("half"), #"{"choices":[{"delta":{},"finish_reason":"length"}]}"#])
        }
    }

    @Test func thoughtsWithinTheTextAreFoundHoweverItIsSplit() throws {
        let cases: [(text: String, thought: String, said: String)] = [
            ("<think>I see <b</think>\n\nYes, <think> is a tag.", "I see <b", "Yes, <think> is a tag."),
            ("\n<think></think>No", "", "No"), ("<thin ice", "", "<thin ice"), ("plain", "", "plain"),
            ("<think>never ends</thin", "never ends</thin", ""),
        ]
        var random = SeededRandom(seed: 7)
        for (text, thought, said) in cases {
            for _ in 0..<200 {
                var splitter = ThoughtSplitter()
                var events: [AgentEvent] = []
                var rest = text[...]
                while !rest.isEmpty {
                    let piece = rest.prefix(Int.random(in: 1...4, using: &random))
                    events += splitter.split(String(piece))
                    rest = rest.dropFirst(piece.count)
                }
                events += splitter.finish()
                var (thoughts, words) = ("", "")
                for event in events {
                    if case .thinking(let piece) = event { thoughts += piece }
                    if case .text(let piece) = event { words += piece }
                }
                #expect(thoughts == thought)
                #expect(words == said)
            }
        }
    }
}
