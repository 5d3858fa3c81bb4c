import TestSupport
import Testing

@testable import Agents

/// Decodes the chunks of a completion.
@Suite(.timeLimit(.minutes(5))) struct CompletionDecoderTests {
    private func events(_ chunks: [String]) throws -> [AgentEvent] {
        var decoder = CompletionDecoder()
        var events: [AgentEvent] = []
        for chunk in chunks { events += try decoder.decode(chunk) }
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
            "not json", "{}", #"{"choices":[]}"#,
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

    @Test func streamThatEndsBeforeTheModelIsTruncated() {
        #expect(throws: CompletionError.truncated) { _ = try events([delta("half")]) }
        #expect(throws: CompletionError.contentFiltered) {
            _ = try events([#"{"choices":[{"delta":{},"finish_reason":"content_filter"}]}"#])
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
