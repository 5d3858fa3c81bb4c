import Foundation
import RichText
import SessionCore
import Testing

@testable import ChatUI

/// Replies that are not Markdown: text as it is, and what programs print for a terminal.
struct FormatTests {
    private static func scenario(_ text: String, _ format: Message.Format) -> Scenario {
        var scenario = Scenario(rows: 30, tasks: [Scenario.task("a", "A")])
        var reply = scenario.message(.agent, text)
        reply.format = format
        scenario.load([scenario.message(.user, "Go"), reply].sorted { $0.id < $1.id })
        return scenario
    }

    @Test func textIsShownAsItIs() {
        var scenario = Self.scenario("# not a heading\n\n*a* `b`\n| c |", .text)
        for line in ["# not a heading", "*a* `b`", "| c |"] { #expect(scenario.screen().contains(line)) }
    }

    @Test func aTerminalsTextHasItsColours() throws {
        var scenario = Self.scenario("10 %\r\u{1B}[K100 %\n\u{1B}[31mred\u{1B}[m *plain*", .terminal)
        #expect(scenario.screen().contains("100 %"))
        #expect(!scenario.screen().contains("10 %\n"))
        #expect(scenario.screen().contains("red *plain*"))
        let colors = scenario.rows.flatMap(\.line.spans).filter { $0.text == "red" }.map(\.colors)
        #expect(colors.map(\.?.foreground) == [.indexed(1)])
        scenario.press("alt-w")
        guard case .copy(let text, _)? = scenario.effects.last else {
            Issue.record("nothing was copied")
            return
        }
        #expect(text == "100 %\nred *plain*")
    }

    @Test func itStreamsInAnyChunks() {
        let text = (1...40).map { "\r\u{1B}[32m\($0) %\u{1B}[m" }.joined() + "\ndone\n日本\u{8}\u{8}x\n"
        var whole = Self.scenario(text, .terminal)
        let expected = whole.screen()
        for length in [1, 3, 50] {
            var scenario = Scenario(rows: 30, tasks: [Scenario.task("a", "A")])
            var reply = scenario.message(.agent, "", state: .streaming)
            reply.format = .terminal
            let question = scenario.message(.user, "Go")
            scenario.load([reply, question])
            var rest = Array(text.unicodeScalars)[...]
            var offset = 0
            while !rest.isEmpty {
                var piece = String.UnicodeScalarView()
                piece.append(contentsOf: rest.prefix(length))
                rest = rest.dropFirst(length)
                scenario.receive(
                    .chunk(task: reply.task, message: reply.id, offset: offset, text: String(piece)))
                offset += String(piece).utf8.count
                _ = scenario.screen()
            }
            reply.text = text
            reply.state = .complete
            scenario.receive(.message(reply))
            #expect(scenario.screen() == expected)
        }
    }
}
