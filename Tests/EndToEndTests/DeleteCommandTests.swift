import Foundation
import TestSupport
import Testing

/// `parley delete`, and what it leaves of a task in the files of a home.
@Suite(.ownThread) struct DeleteCommandTests {
    private let home: TestHome

    init() throws {
        home = try TestHome()
        #expect(try home.run(["send", "The zqxsecretword is out"]).status == 0)
        #expect(try home.run(["send", "topics"]).status == 0)
    }

    /// The files below the home that hold the secret, or all but its first letters.
    private func filesWithSecret() throws -> [String] {
        let parts = ["zqxsecretword", "ecretword"].map { Data($0.utf8) }
        let names = try #require(FileManager.default.enumerator(atPath: home.path))
        return names.compactMap { $0 as? String }.filter { name in
            let data = FileManager.default.contents(atPath: home.path + "/" + name) ?? Data()
            return parts.contains { data.range(of: $0) != nil }
        }
    }

    private func tasks() throws -> [String] {
        try home.run(["tasks"]).output.split(separator: "\n").compactMap { line in
            line.split(separator: "\t").last.map(String.init)
        }
    }

    /// The local server's file included: it is the service here.
    @Test func nothingOfADeletedTaskIsInAnyFile() throws {
        #expect(try filesWithSecret().count >= 2)
        let outcome = try home.run(["delete", "--yes", "The zqxsecretword is out"])
        #expect(outcome.status == 0)
        #expect(outcome.output == "")
        #expect(outcome.errors == "")
        #expect(try filesWithSecret() == [])
        #expect(try tasks() == ["topics"])
        #expect(try home.run(["search", "zqxsecretword"]).output == "")
    }

    @Test func theInterfaceDeletesAsThoroughly() throws {
        let session = try home.open()
        try session.waitFor(text: "Message to Guide")
        session.type(Keys.control("s") + "zqx" + Keys.enter)
        try session.waitFor("the task") { $0.row(0).contains("│ The zqxsecretword") }
        session.type("/delete" + Keys.enter)
        try session.waitFor(text: "Delete “The zqxsecretword")
        session.type(Keys.down + Keys.enter)
        try session.waitFor("the task to go") { !$0.text.contains("zqxsecretword") }
        session.type(Keys.control("q"))
        #expect(try session.waitForExit() == .exited(0))
        #expect(try filesWithSecret() == [])
    }

    @Test func withoutATerminalItHasToBeMeant() throws {
        let outcome = try home.run(["delete", "topics"])
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("--yes"))
        #expect(try tasks().contains("topics"))
        let unknown = try home.run(["delete", "--yes", "nothing"])
        #expect(unknown.status == 1)
        #expect(unknown.errors == "parley: There is no task “nothing”. List them with `parley tasks`.\n")
    }

    @Test(arguments: [("n", false), ("", false), ("y", true)])
    func onATerminalItAsksFirst(answer: String, isDeleted: Bool) throws {
        let session = try home.open(["delete", "topics"])
        try session.waitFor(text: "Delete “topics” here and at the service? [y/N]")
        session.type(answer + Keys.enter)
        #expect(try session.waitForExit() == .exited(isDeleted ? 0 : 1))
        #expect(try tasks().contains("topics") == !isDeleted)
    }

    @Test func itCanBeDeletedHereAlone() throws {
        #expect(try home.run(["delete", "--yes", "--offline", "The zqxsecretword is out"]).status == 0)
        #expect(try tasks() == ["topics"])
        #expect(try filesWithSecret().allSatisfy { $0.contains("server.sqlite") })
    }
}
