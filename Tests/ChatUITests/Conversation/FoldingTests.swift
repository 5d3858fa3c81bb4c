import Foundation
import RichText
import SessionCore
import Testing

@testable import ChatUI

/// Long blocks of code, details and long messages: folded, opened, gone to.
struct FoldingTests {
    static func code(_ lines: Int, named name: String = "line") -> String {
        "```swift\n" + (1...lines).map { "let \(name)\($0) = \($0)\n" }.joined() + "```\n"
    }

    static func scenario(_ text: String, role: Message.Role = .agent, rows: Int = 24) -> Scenario {
        var scenario = Scenario(rows: rows, tasks: [Scenario.task("a", "A")])
        scenario.load([scenario.message(role, text)])
        return scenario
    }

    // MARK: Folding

    @Test func longCodeIsFoldedAndShortIsNot() {
        var scenario = Self.scenario("Before\n\n\(Self.code(80))\nAfter\n\n\(Self.code(3, named: "short"))")
        // The label of the language is the first of the ten rows.
        #expect(scenario.screen().contains("line9 = 9"))
        #expect(!scenario.screen().contains("line10 = 10"))
        #expect(scenario.screen().contains("▸ 71 more lines"))
        #expect(scenario.screen().contains("After"))
        #expect(scenario.screen().contains("short3"))
        scenario.press("tab", "{", "{", "enter")
        #expect(scenario.screen().contains("line10 = 10"))
        #expect(!scenario.screen().contains("more lines"))
        scenario.press("enter")
        #expect(scenario.screen().contains("▸ 71 more lines"))
    }

    @Test func whatIsShortCannotBeFolded() {
        var scenario = Self.scenario(Self.code(3))
        scenario.press("tab", "{", "enter")
        #expect(scenario.model.notice?.text == "There is nothing to open or close here.")
    }

    @Test func detailsAreFoldedUnlessTheTextSaysOtherwise() {
        let text = """
            <details><summary>The log</summary>

            all of it

            </details>

            <details open>
            <summary>The cause</summary>

            a full disk

            </details>

            The end
            """
        var scenario = Self.scenario(text)
        #expect(scenario.screen().contains("▸ The log"))
        #expect(!scenario.screen().contains("all of it"))
        #expect(scenario.screen().contains("▾ The cause"))
        #expect(scenario.screen().contains("a full disk"))
        #expect(scenario.screen().contains("The end"))
        scenario.press("tab", "{", "enter")
        #expect(scenario.screen().contains("▸ The cause"))
        #expect(!scenario.screen().contains("a full disk"))
        scenario.press("{", "enter")
        #expect(scenario.screen().contains("▾ The log"))
        #expect(scenario.screen().contains("all of it"))
    }

    @Test func allBlocksOpenAndCloseAtOnce() {
        var scenario = Self.scenario(
            "<details><summary>More</summary>\n\n\(Self.code(80))\n</details>\n\nEnd", rows: 120)
        #expect(!scenario.screen().contains("line1 ="))
        scenario.press("ctrl-x z")
        #expect(scenario.screen().contains("line80 = 80"))
        scenario.press("ctrl-x z")
        #expect(!scenario.screen().contains("line1 ="))
        scenario.press("tab", "z")
        #expect(scenario.screen().contains("line80 = 80"))
    }

    @Test func aLongMessageOfOnesOwnIsFolded() {
        let text = (1...100).map { "row \($0)" }.joined(separator: "\n")
        var scenario = Self.scenario(text, role: .user, rows: 120)
        #expect(scenario.screen().contains("row 10\n"))
        #expect(!scenario.screen().contains("row 11\n"))
        #expect(scenario.screen().contains("▸ 90 more lines"))
        scenario.press("tab", "[", "enter")
        #expect(scenario.screen().contains("row 100"))
    }

    @Test func ofAVeryLongMessageOnlyTheBeginningIsLaidOut() throws {
        let text = (1...20_000).map { "row \($0)" }.joined(separator: "\n")
        var scenario = Self.scenario(text, role: .user)
        #expect(scenario.screen().contains("row 10\n"))
        let label = try #require(
            scenario.screen().split(separator: "\n").first { $0.contains("more lines") })
        #expect(label.contains("▸ 19990 more lines"))
        let transcript = try #require(scenario.model.conversation[ChatTask.ID(rawValue: "a")])
        #expect(transcript.blocks.values.first?.laidOut == [0])
        scenario.press("tab", "[", "enter", "end")
        #expect(scenario.screen().contains("row 20000"))
        scenario.press("ctrl-x z", "ctrl-x z")
        #expect(scenario.screen().contains("▸ 19990 more lines"))
    }

    @Test func itCanBeSwitchedOff() {
        var scenario = Self.scenario(Self.code(80), rows: 120)
        scenario.model.context.appearance.foldLines = nil
        #expect(scenario.screen().contains("line80 = 80"))
        #expect(!scenario.screen().contains("more lines"))
        scenario.model.context.appearance.foldLines = 20
        #expect(scenario.screen().contains("▸ 71 more lines"))
    }

    /// What the reader sees arrive does not vanish when it ends.
    @Test func codeThatArrivesStaysOpen() {
        var scenario = Scenario(rows: 120, tasks: [Scenario.task("a", "A")])
        scenario.load()
        var reply = scenario.message(.agent, "", state: .streaming)
        scenario.receive(.message(reply))
        let text = Self.code(80)
        for start in stride(from: 0, to: text.count, by: 100) {
            let piece = String(text.dropFirst(start).prefix(100))
            scenario.receive(.chunk(task: reply.task, message: reply.id, offset: start, text: piece))
            #expect(!scenario.screen().contains("more lines"))
        }
        reply.text = text
        reply.state = .complete
        scenario.receive(.message(reply))
        #expect(scenario.screen().contains("line80 = 80"))
        scenario.press("tab", "{", "enter")
        #expect(scenario.screen().contains("▸ 71 more lines"))
        scenario.resize(columns: 60, rows: 100)
        #expect(scenario.screen().contains("▸ 71 more lines"))
    }

    @Test func whatWasOpenedStaysOpenWhileMoreArrives() {
        var scenario = Scenario(rows: 40, tasks: [Scenario.task("a", "A")])
        scenario.load()
        let reply = scenario.message(
            .agent, "<details><summary>Log</summary>\n\nline one\n\n", state: .streaming)
        scenario.receive(.message(reply))
        #expect(!scenario.screen().contains("line one"))
        scenario.press("tab", "{", "enter")
        #expect(scenario.screen().contains("line one"))
        let offset = reply.text.utf8.count
        scenario.receive(
            .chunk(
                task: reply.task, message: reply.id, offset: offset, text: "line two\n\n</details>\n\nEnd\n"))
        #expect(scenario.screen().contains("line two"))
        #expect(scenario.screen().contains("End"))
        scenario.press("enter")
        #expect(!scenario.screen().contains("line two"))
        #expect(scenario.screen().contains("End"))
    }

    @Test func aSearchOpensWhatItFinds() {
        let text = "<details><summary>More</summary>\n\n\(Self.code(80))\n</details>\n\nEnd"
        var scenario = Self.scenario(text)
        let id = ChatTask.ID(rawValue: "a")
        let message = scenario.message(.agent, "").id - 1
        let offset = text.utf8.count - text[text.range(of: "line55")!.lowerBound...].utf8.count
        _ = scenario.screen()
        var pane = scenario.model.conversation
        _ = pane.goToHit(message, of: "line55", in: id)
        let request = SearchRequest(words: "line55", task: id, limit: ConversationSearch.messageLimit)
        _ = pane.apply(
            .places(
                SearchPlaces(
                    request: request, matches: [SearchMatch(message: message, offset: offset)])))
        scenario.model.conversation = pane
        #expect(scenario.screen().contains("line55 = 55"))
    }

    // MARK: Going from block to block

    @Test func onesGoesFromBlockToBlock() {
        var scenario = Scenario(rows: 12, tasks: [Scenario.task("a", "A")])
        let replies = (1...3).map { number in
            (1...2).map { "Text\n\n" + Self.code(5, named: "b\(number)\($0)n") }.joined(separator: "\n")
                + "\nEnd"
        }
        scenario.load(replies.flatMap { [scenario.message(.user, "Code?"), scenario.message(.agent, $0)] })
        _ = scenario.screen()
        scenario.press("tab")
        var copied: [String] = []
        for _ in 1...6 {
            scenario.press("{")
            #expect(scenario.rows.contains { $0.isSelected })
            scenario.press("y")
            if case .copy(let text, _)? = scenario.effects.last { copied.append(text) }
            // All of the block is on the screen.
            #expect(scenario.screen().contains(copied.last?.split(separator: "\n").last ?? "-"))
        }
        #expect(
            copied.map { $0.prefix(7) } == ["let b32", "let b31", "let b22", "let b21", "let b12", "let b11"])
        scenario.press("{")
        #expect(scenario.model.notice?.text == "There is no block of code further up here.")
        scenario.press("}", "}", "y")
        guard case .copy(let text, _)? = scenario.effects.last else {
            Issue.record("nothing was copied")
            return
        }
        #expect(text.hasPrefix("let b21"))
        scenario.press("w")
        #expect(scenario.screen().contains("Save to"))
        #expect(scenario.screen().contains(".swift"))
    }

    @Test func aSelectedBlockIsLeftByMessage() {
        var scenario = Scenario(tasks: [Scenario.task("a", "A")])
        scenario.load([
            scenario.message(.user, "Code?"), scenario.message(.agent, Self.code(5)),
            scenario.message(.user, "Thanks"),
        ])
        scenario.press("alt-{", "]")
        #expect(scenario.selection == Selection(message: 3, part: .message))
        scenario.press("{", "[")
        #expect(scenario.selection == Selection(message: 2, part: .message))
    }

    // MARK: The text alone

    @Test(arguments: [80, 50])
    func theBareViewShowsTheTextAlone(columns: Int) {
        let text = "Run this:\n\n```sh\nls -l\n  pwd\n```\n\n> quoted\n"
        var scenario = Scenario(
            columns: columns, rows: 20, tasks: [Scenario.task("a", "Listing"), Scenario.task("b", "Other")])
        scenario.load([scenario.message(.user, "How?"), scenario.message(.agent, text)])
        scenario.press("f10")
        let lines = scenario.screen().split(separator: "\n", omittingEmptySubsequences: false)
        for expected in ["How?", "Run this:", "ls -l", "  pwd", "quoted"] {
            #expect(lines.contains { $0 == expected }, "\(expected)")
        }
        #expect(!scenario.screen().contains("Other"))
        #expect(!scenario.screen().contains("│"))
        scenario.press("f10")
        #expect(scenario.screen().contains("▌ ls -l"))
        scenario.press("f10", "f6")
        #expect(scenario.screen().contains("Other"))
    }
}
