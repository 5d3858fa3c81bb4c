import AgentAPI
import Testing

/// Thinking and text of one answer are separated.
@Suite struct LyzrThoughtsTests {
    static let answers: [(String, String, String)] = [
        ("<think>Let me see.</think>\n\nHello", "Let me see.", "Hello"),
        ("  <think>a</think>b", "a", "b"),
        ("Hello <think>not thinking</think>", "", "Hello <think>not thinking</think>"),
        ("<think>never ends", "never ends", ""),
        ("<think>ends </thin", "ends </thin", ""),
        ("<think></think>x", "", "x"),
        ("<thin air", "", "<thin air"),
        ("<think", "", "<think"),
        ("  ", "", "  "),
        ("", "", ""),
        ("<think>a < b</think>é<think>c", "a < b", "é<think>c"),
    ]

    @Test("Cut anywhere, an answer has the same two parts", arguments: answers)
    func everySplit(answer: String, thinking: String, text: String) {
        #expect(Lyzr.Thoughts.split(answer) == (thinking, text))
        let characters = Array(answer)
        for first in 0...characters.count {
            for second in first...characters.count {
                var thoughts = Lyzr.Thoughts()
                let pieces = [characters[..<first], characters[first..<second], characters[second...]]
                let events = pieces.flatMap { thoughts.decode(String($0)) } + thoughts.finish()
                var parts = ("", "")
                for event in events {
                    if case .thinking(let more) = event { parts.0 += more }
                    if case .text(let more) = event { parts.1 += more }
                }
                #expect(parts.0 == thinking)
                #expect(parts.1.drop(while: \.isWhitespace) == text.drop(while: \.isWhitespace))
            }
        }
    }
}
