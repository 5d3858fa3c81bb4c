import Foundation
import TestSupport
import Testing

/// Tasks that are listed but were never opened: their history is still at the service.
@Suite(.ownThread) struct RemoteHistoryTests {
    private struct Task: Decodable {
        var id: String
    }

    /// A home that has listed two tasks of a server and opened neither.
    private struct Listed {
        let home: TestHome
        let server: ServeProcess
        private let elsewhere: TestHome

        init() throws {
            (home, elsewhere) = (try TestHome(), try TestHome())
            server = try elsewhere.serve()
            for home in [home, elsewhere] {
                try home.write(server.key + "\n", to: ".config/parley/work.key", mode: 0o600)
                try home.write(
                    """
                    [accounts.work]
                    service = "lyzr"
                    url = "\(server.address)"
                    key-file = "work.key"
                    user = "me"
                    agents = [ { id = "\(server.agentHex)", name = "Guide" } ]
                    """, to: ".config/parley/config.toml")
            }
            #expect(try elsewhere.run(["send", "Tell me about themes"]).status == 0)
            #expect(try elsewhere.run(["send", "Which keys are there?"]).status == 0)
            let session = try home.open()
            try session.waitFor(text: "Which keys are")
            try session.waitFor(text: "Tell me about")
            session.type(Keys.quit)
            #expect(try session.waitForExit() == .exited(0))
        }

        func older() throws -> String {
            let output = try home.run(["tasks", "--json", "--offline"]).output
            let tasks = try JSONDecoder().decode([Task].self, from: Data(output.utf8))
            try #require(tasks.count >= 2)
            return tasks[tasks.count - 1].id
        }
    }

    @Test(arguments: ["show", "export"])
    func theHistoryIsFetchedToBePrinted(command: String) throws {
        let listed = try Listed()
        let task = try listed.older()
        let offline = try listed.home.run([command, "--offline", task])
        #expect(offline.status == 0)
        #expect(!offline.output.contains("Related:"))
        #expect(
            offline.errors
                == "parley: Earlier messages of this task are still at the service. Without --offline they are fetched.\n"
        )
        let outcome = try listed.home.run([command, task])
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        #expect(outcome.output.contains("Tell me about themes"))
        #expect(outcome.output.contains("Related:"))
        let again = try listed.home.run([command, "--offline", task])
        #expect(again.output == outcome.output)
        #expect(again.errors == "")
    }

    @Test func whatCannotBeFetchedIsSaidAndIsAFailure() throws {
        let listed = try Listed()
        let task = try listed.older()
        #expect(listed.server.stop() == 0)
        for command in [["show", task], ["show", "--json", task], ["export", task]] {
            let outcome = try listed.home.run(command)
            #expect(outcome.status == 1)
            #expect(outcome.output.contains(task))
            #expect(outcome.errors.contains("still at the service"))
        }
    }
}
