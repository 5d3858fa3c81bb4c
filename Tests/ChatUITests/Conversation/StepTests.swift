import Foundation
import RichText
import SessionCore
import Testing

@testable import ChatUI

/// What agents do on the way to their answers: folded, opened, walked through.
struct StepTests {
    static let extras = Extras(
        steps: [
            Step(
                id: "1", kind: .thinking, title: "thinking", state: .completed,
                detail: "Which order?\nThe last."),
            Step(
                id: "2", kind: .tool, title: "order-search", state: .completed,
                detail: "{\"customer\":\"17\"}"),
            Step(id: "3", kind: .delegation, title: "Accounting", state: .failed, detail: "no access"),
            Step(id: "4", kind: .artifact, title: "refund.pdf", state: .completed, detail: "2 pages"),
            Step(id: "5", kind: .other, title: "context_consumed", state: .completed),
        ])

    static func scenario(columns: Int = 80, rows: Int = 24) -> Scenario {
        var scenario = Scenario(columns: columns, rows: rows, tasks: [Scenario.task("a", "Refund")])
        scenario.load([
            scenario.message(.user, "Refund my order", minutes: -2),
            scenario.message(.agent, "It is refunded.", minutes: -1, extras: extras),
        ])
        return scenario
    }

    @Test func stepsOpenOneByOne() {
        var scenario = Self.scenario(columns: 120)
        #expect(scenario.screen().contains("▸ 5 steps: order-search, ✗ Accounting, context_consumed"))
        #expect(scenario.screen().contains("made: refund.pdf"))
        scenario.press("alt-up", "alt-up", "enter")
        #expect(scenario.screen().contains("▾ 5 steps"))
        #expect(scenario.screen().contains("▸ ✗ handed to Accounting"))
        #expect(!scenario.screen().contains("no access"))
        scenario.press("]", "]", "]", "enter")
        #expect(scenario.screen().contains("no access"))
        #expect(!scenario.screen().contains("order?"))
        scenario.press("enter")
        #expect(!scenario.screen().contains("no access"))
    }

    @Test func allOfThemOpenAtOnce() {
        var scenario = Self.scenario()
        scenario.press("ctrl-x t")
        for detail in ["Which order?", "The last.", "customer", "no access", "2 pages"] {
            #expect(scenario.screen().contains(detail), "\(detail)")
        }
        scenario.press("alt-up", "enter")
        #expect(scenario.screen().contains("customer"))
        scenario.press("ctrl-x t")
        #expect(!scenario.screen().contains("customer"))
    }

    @Test func theSelectionGoesThroughEverythingAndBack() {
        var scenario = Self.scenario(rows: 12)
        scenario.press("ctrl-x t")
        _ = scenario.screen()
        var seen: [Selection] = []
        for _ in 0..<20 {
            scenario.press("alt-up")
            if let selection = scenario.selection, seen.last != selection { seen.append(selection) }
            // What is selected is on the screen.
            #expect(scenario.rows.contains { $0.isSelected })
        }
        // Two messages, the line above all steps, and the five of them.
        #expect(seen.count == 8)
        for expected in seen.reversed().dropFirst() {
            scenario.press("alt-down")
            #expect(scenario.selection == expected)
            #expect(scenario.rows.contains { $0.isSelected })
        }
        scenario.press("esc")
        #expect(scenario.selection == nil)
        #expect(scenario.model.pane == .input)
    }

    @Test func withoutStepsThereIsNothingToOpen() {
        var scenario = Scenario(tasks: [Scenario.task("a", "A")])
        scenario.load([scenario.message(.agent, "Plain")])
        scenario.press("tab", "enter")
        #expect(scenario.model.notice?.text.hasPrefix("Nothing is selected") ?? false)
        scenario.press("[", "enter")
        #expect(scenario.model.notice?.text == "There is nothing to open or close here.")
    }

    // MARK: Cards

    static let cards = (1...3).map { number in
        Card(
            title: "Microwave EM0\(number) with a name that is long", isRecommended: number == 1,
            properties: [
                .init(title: "Price", value: "\(number)58.08"),
                .init(title: "Colour", value: "stainless steel and black"),
            ])
    }

    @Test(arguments: 1...120)
    func cardsFitIntoAnyWidth(width: Int) {
        let lines = CardLayout(width: width).lines(of: Self.cards)
        #expect(lines.allSatisfy { $0.columns <= max(2, width) })
        let text = lines.map { $0.spans.map(\.text).joined() }.joined().filter { $0.isLetter }
        #expect(text.filter { $0 == "P" }.count == 3)
    }

    @Test(arguments: [(80, 24), (120, 40)])
    func itsScreens(columns: Int, rows: Int) {
        var scenario = Self.scenario(columns: columns, rows: rows)
        scenario.press("alt-up", "alt-up", "enter", "]", "]", "enter")
        scenario.expectScreen("steps-\(columns)x\(rows)")
        var products = Scenario(columns: columns, rows: rows, tasks: [Scenario.task("a", "Microwaves")])
        products.load([
            products.message(
                .agent, "These three fit:", minutes: -1,
                extras: Extras(
                    suggestions: ["Show me the cheapest", "Compare the first two"], cards: Self.cards))
        ])
        products.expectScreen("cards-\(columns)x\(rows)")
    }
}

extension Scenario {
    var selection: Selection? {
        model.tasks.focused.flatMap { model.conversation.transcripts[$0] }?.selection
    }
}
