import AgentAPI
import TestSupport
import Testing

@testable import AgentServer
@testable import Agents

/// What the chunks of a completion come to.
@Suite struct CompletionDecoderTests {
    private func events(_ chunks: [String]) throws -> [AgentEvent] {
        var decoder = CompletionDecoder()
        var events: [AgentEvent] = []
        for chunk in chunks { events += try decoder.take(chunk) }
        return events + (try decoder.finish())
    }

    @Test func bothNamesOfReasoningAreThoughts() throws {
        let told = try events([
            #"{"choices":[{"delta":{"reasoning":"a","content":null}}]}"#,
            #"{"choices":[{"delta":{"reasoning_content":"b","content":""}}]}"#, delta("c"), stop,
        ])
        #expect(told == [.thinking("a"), .thinking("b"), .text("c")])
    }

    @Test func unknownChunksArePassedOver() throws {
        let told = try events([
            "not json", "{}", #"{"choices":[]}"#,
            #"{"choices":[{"delta":{"content":[{"type":"text","text":"x"}]}}]}"#,
            #"{"choices":[{"delta":{}}],"usage":{"total_tokens":3}}"#, "[DONE]",
        ])
        #expect(told == [.text("x")])
    }

    @Test func callsThatFollowEachOtherAreToldApart() throws {
        let told = try events([
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"one","arguments":"{}"}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"two"}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"arguments":{"x":1}}}]}}]}"#, stop,
        ])
        #expect(
            told == [
                .toolCall(id: "a", name: "one", input: "{}"),
                .toolCall(id: "b", name: "two", input: #"{"x":1}"#),
                .toolResult(id: "a", output: "null", isError: false),
                .toolResult(id: "b", output: "null", isError: false),
            ])
    }

    @Test func streamThatEndsBeforeTheModelDidHasBrokenOff() {
        #expect(throws: CompletionFault.brokenOff) { _ = try events([delta("half")]) }
        #expect(throws: CompletionFault.filtered) {
            _ = try events([#"{"choices":[{"delta":{},"finish_reason":"content_filter"}]}"#])
        }
    }

    /// However the text is cut, what is thought and what is said are the same.
    @Test func thoughtsWithinTheTextAreFoundHoweverItIsCut() throws {
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
                    events += splitter.take(String(piece))
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

    @Test func recollectionKeepsTheLatestThatFits() {
        let history: [AgentRequest.Message] = [
            .init(.user, "aaaa"), .init(.agent, "bbbb"), .init(.user, "cccc"), .init(.agent, "dddd"),
        ]
        #expect(HistoryBudget(budget: 100).cut(history) == history)
        #expect(HistoryBudget(budget: 12).cut(history) == Array(history.suffix(2)))
        #expect(HistoryBudget(budget: 8).cut(history) == Array(history.suffix(2)))
        #expect(HistoryBudget(budget: 7).cut(history) == [])
        let summed = [AgentRequest.Message(.summary, "ss")] + history
        #expect(HistoryBudget(budget: 10).cut(summed) == [summed[0]] + history.suffix(2))
    }
}
