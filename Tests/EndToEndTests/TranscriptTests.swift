import Foundation
import SessionCore
import TestSupport
import Testing

@testable import parley

/// What `parley show` and `parley export` print of a message besides its text.
@Suite(.ownThread) struct TranscriptTests {
    @Test func theStepsOfAReplyAreShownAndExported() async throws {
        let home = try TestHome()
        try home.write("", to: ".local/share/parley/.keep")
        let store = try SessionStore(path: home.path + "/.local/share/parley/parley.sqlite")
        try await PlayedServer.run { server in
            let dialect = ServedDialect.vectara
            try await DialectClient.run(
                try dialect.service(server), agent: dialect.agent(server), store: store
            ) { client in
                let turn = try await client.send("steps", to: client.create())
                #expect(turn.state == .done)
            }
        }
        for command in ["show", "export"] {
            let printed = try home.run([command, "steps"])
            #expect(printed.status == 0)
            #expect(printed.output.contains("- thinking (thinking)\n\n      Let me look.\n"))
            #expect(printed.output.contains("- look_up (tool)\n\n      {\"word\":\"parley\"}\n"))
            #expect(printed.output.hasSuffix("\n\nIt is a conversation.\n"))
        }
        let json = try home.run(["show", "--json", "steps"]).output
        #expect(json.contains("look_up"))
    }

    @Test func cardsAndSuggestionsAreLists() {
        let extras = Extras(
            suggestions: ["More\u{1B}[31m"],
            cards: [
                Card(
                    title: "Oven", isRecommended: true, properties: [.init(title: "Price", value: "358")]),
                Card(title: "Hob"),
            ],
            steps: [Step(id: "1", kind: .thinking, title: "Hm", state: .failed)])
        #expect(extras.stepList == "- Hm (thinking, failed)")
        #expect(extras.offerList == "- ★ Oven\n  - Price: 358\n- Hob\n- → More")
        #expect(Extras().stepList == "")
        #expect(Extras().offerList == "")
    }
}
