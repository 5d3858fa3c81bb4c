import Foundation
import TestSupport
import Testing

@testable import SessionCore

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

    /// Opens the interface, deletes the task in it, and leaves.
    private func deleteInTheInterface() throws {
        let session = try home.open()
        try session.waitFor(text: "Message to Guide")
        session.type(Keys.control("s") + "zqx" + Keys.enter)
        try session.waitFor("the task") { $0.row(0).contains("┬ The zqxsecretword") }
        session.type("/delete" + Keys.enter)
        try session.waitFor(text: "Deleted “The zqxsecretword")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    /// Until it cannot be taken back any more, a deleted task is hidden, and its service still has it.
    @Test func aDeletionCanBeTakenBackOverAQuit() throws {
        try deleteInTheInterface()
        #expect(try tasks() == ["topics"])
        #expect(try home.run(["search", "zqxsecretword"]).output == "")
        #expect(try home.run(["show", "The zqxsecretword is out"]).status == 1)
        #expect(try filesWithSecret().contains { $0.contains("server.sqlite") })
        let session = try home.open()
        try session.waitFor(text: "Message to Guide")
        session.type(Keys.control("x") + "u")
        try session.waitFor("the task") { $0.row(0).contains("┬ The zqxsecretword") }
        try session.waitFor(text: "Restored “The zqxsecretword")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
        #expect(try tasks().contains("The zqxsecretword is out"))
    }

    /// The next program that runs, whichever it is, deletes what can no longer be taken back.
    @Test(arguments: [["tasks"], ["send", "topics"]])
    func aDeletionThatCannotBeTakenBackIsThorough(next: [String]) async throws {
        try deleteInTheInterface()
        #expect(try filesWithSecret().count >= 2)
        let store = try SessionStore(path: home.path + "/.local/share/parley/parley.sqlite")
        for task in try await store.tasks(includingDeleted: true) where task.deletedAt != nil {
            _ = try await store.transact(at: .now.addingTimeInterval(-3600)) {
                try $0.setDeleted(task.id, true)
            }
        }
        #expect(try home.run(next).status == 0)
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
