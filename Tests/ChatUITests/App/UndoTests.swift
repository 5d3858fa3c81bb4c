import SessionCore
import Testing

@testable import ChatUI

/// What a person does to a task is done at once, said in one line, and taken back by a key.
@Suite struct UndoTests {
    private let a = Scenario.task("a", "First")
    private let b = Scenario.task("b", "Second", minutesAgo: 1)
    private let c = Scenario.task("c", "Third", minutesAgo: 2)

    private func scenario() -> Scenario {
        var scenario = Scenario(columns: 120, tasks: [a, b, c])
        scenario.load([scenario.message(.user, "hi")])
        return scenario
    }

    private func text(_ intent: Intent?) -> String { intent.map { "\($0)" } ?? "" }

    @Test func archivingIsDoneAtOnceAndUndone() {
        var scenario = scenario()
        scenario.press("alt-2")
        scenario.load([scenario.message(.user, "hi")])
        scenario.perform(.archiveTask)
        #expect(scenario.model.notice?.text == "Archived “Second”. Ctrl-X u undoes it.")
        #expect(scenario.intents.contains { if case .setArchived(b.id, true) = $0 { true } else { false } })
        // The one below is shown.
        #expect(scenario.model.tasks.focused == c.id)
        #expect(scenario.model.tasks.listed.map(\.title) == ["First", "Third"])
        scenario.press("ctrl-x u")
        #expect(scenario.model.tasks.focused == b.id)
        #expect(scenario.model.tasks.listed.map(\.title) == ["First", "Second", "Third"])
        #expect(scenario.intents.contains { if case .setArchived(b.id, false) = $0 { true } else { false } })
        #expect(scenario.model.notice?.text == "Unarchived “Second”.")
    }

    @Test func deletingAsksNothingAndIsUndone() {
        var scenario = scenario()
        scenario.perform(.deleteTask)
        #expect(!scenario.model.dialogs.isOpen)
        #expect(scenario.model.notice?.text == "Deleted “First”. Ctrl-X u undoes it.")
        #expect(scenario.intents.contains { if case .setDeleted(a.id, true) = $0 { true } else { false } })
        #expect(scenario.model.tasks.focused == b.id)
        #expect(!scenario.model.tasks.everything.contains { $0.id == a.id })
        scenario.press("ctrl-x u")
        #expect(scenario.intents.contains { if case .setDeleted(a.id, false) = $0 { true } else { false } })
        #expect(scenario.model.tasks.focused == a.id)
        scenario.press("ctrl-x u")
        #expect(scenario.model.notice?.text == "There is nothing to undo.")
    }

    @Test func theLastTaskThatIsDeletedLeavesANewOne() {
        var scenario = Scenario(tasks: [a])
        scenario.load([scenario.message(.user, "hi")])
        scenario.perform(.deleteTask)
        #expect(scenario.model.tasks.focused != a.id)
        #expect(scenario.model.tasks.focusedTask?.agent == Scenario.guide)
    }

    @Test func pinningRenamingAndTheModeAreUndoneOneByOne() {
        var scenario = scenario()
        scenario.perform(.pinTask)
        #expect(scenario.model.notice?.text.hasPrefix("Pinned “First”.") == true)
        scenario.type("/rename Better")
        scenario.press("enter")
        #expect(scenario.model.notice?.text.hasPrefix("Renamed to “Better”.") == true)
        scenario.perform(.toggleBackground)
        #expect(scenario.model.notice?.text.contains("in the background") == true)
        #expect(scenario.model.tasks[a.id]?.mode == .background)
        scenario.press("ctrl-x u")
        #expect(scenario.model.tasks[a.id]?.mode == .streamed)
        scenario.press("ctrl-x u")
        #expect(scenario.model.tasks[a.id]?.title == "First")
        #expect(scenario.model.tasks[a.id]?.titleIsProvisional == true)
        scenario.press("ctrl-x u")
        #expect(scenario.model.tasks[a.id]?.isPinned == false)
    }

    @Test func aChangeThatMakesNoDifferenceAnyMoreIsPassedOver() {
        var scenario = scenario()
        scenario.perform(.pinTask)
        scenario.press("ctrl-n")
        scenario.load([scenario.message(.user, "hi")])
        scenario.perform(.archiveTask)
        // Another program has brought it back.
        scenario.receive(.task(b))
        scenario.press("ctrl-x u")
        #expect(scenario.model.notice?.text == "Unpinned “First”.")
    }

    @Test func whatWasDeletedBeforeAQuitIsUndone() {
        var deleted = b
        deleted.deletedAt = Scenario.now
        var scenario = Scenario(tasks: [a, deleted])
        #expect(scenario.model.tasks.listed.map(\.title) == ["First"])
        scenario.press("ctrl-x u")
        #expect(scenario.model.tasks.focused == b.id)
        #expect(scenario.model.notice?.text == "Restored “Second”.")
    }

    // MARK: The view of what was put away

    private func putAway() -> Scenario {
        var (archived, deleted) = (b, c)
        archived.isArchived = true
        deleted.deletedAt = Scenario.now
        return Scenario(tasks: [a, archived, deleted])
    }

    @Test func archivedTasksHaveAView() {
        var scenario = putAway()
        scenario.press("ctrl-x v")
        #expect(scenario.screen().contains("▸Archived"))
        #expect(scenario.model.tasks.listed.map(\.title) == ["Second", "Third"])
        #expect(scenario.screen().contains("deleted: Third"))
        scenario.press("down")
        #expect(scenario.model.tasks.focused == b.id)
        // Brought back, it is among the others, and so is the list.
        scenario.press("a")
        #expect(scenario.model.tasks.listed.map(\.title) == ["First", "Second"])
        #expect(scenario.model.tasks.focused == b.id)
        #expect(!scenario.model.tasks.showsPutAway)
    }

    @Test func aDeletedTaskIsRestoredFromTheView() {
        var scenario = putAway()
        scenario.press("ctrl-x v", "down", "down", "d")
        #expect(scenario.intents.contains { if case .setDeleted(c.id, false) = $0 { true } else { false } })
        #expect(scenario.model.tasks.listed.map(\.title) == ["First", "Third"])
    }

    @Test func theViewIsLeftByItsKeyAndByATaskThatIsNotInIt() {
        var scenario = putAway()
        scenario.press("ctrl-x v", "down", "v")
        #expect(scenario.model.tasks.focused == a.id)
        #expect(scenario.model.tasks.listed.map(\.title) == ["First"])
        scenario.press("ctrl-x v", "down", "alt-n")
        #expect(!scenario.model.tasks.showsPutAway)
        var empty = Scenario(tasks: [a])
        empty.press("ctrl-x v")
        #expect(empty.screen().contains("Nothing is archived."))
    }

    /// What is said in a task that was deleted brings it back.
    @Test func aMessageRestoresADeletedTask() {
        var scenario = putAway()
        scenario.press("ctrl-x v", "down", "down", "esc")
        scenario.load([scenario.message(.user, "hi")])
        scenario.type("hello")
        scenario.press("enter")
        let submitted = scenario.intents.suffix(2).map { "\($0)" }
        #expect(submitted.first?.contains("setDeleted") == true, "\(submitted)")
        #expect(scenario.sent.map(\.text) == ["hello"])
    }

    @Test func nothingThatIsDeletedWantsAttention() {
        var failed = Scenario.task("b", "Second", state: .failed, unread: 1)
        failed.deletedAt = Scenario.now
        var scenario = Scenario(tasks: [a, failed])
        #expect(scenario.model.tasks.unread.isEmpty)
        scenario.press("f2")
        #expect(scenario.model.notice?.text == "No task needs attention.")
    }
}
