import RichText
import SessionCore
import Testing

@testable import ChatUI

@Suite struct InputHistoryTests {
    @Test func keepsTheNewestOnceAndNoMoreThanItsLimit() {
        var history = InputHistory(["a", "a", "b", " \n", "a", "c"], limit: 3)
        #expect(Array(history.entries) == ["b", "a", "c"])
        history.append("c")
        history.append("d")
        #expect(Array(history.entries) == ["a", "c", "d"])
    }

    @Test func walksBackAndComesBackToWhatIsBeingWritten() {
        var history = InputHistory(["one", "two"])
        let walked = [
            history.older(than: "draft"), history.older(than: "two"), history.older(than: "one"),
            history.newer(than: "one"), history.newer(than: "two"), history.newer(than: "draft"),
        ]
        #expect(walked == ["two", "one", nil, "two", "draft", nil])
    }

    @Test func changingAnEntryOnTheWalkKeepsTheChangeAndTheOriginal() {
        var history = InputHistory(["one", "two"])
        _ = history.older(than: "draft")
        _ = history.older(than: "two changed")
        let again = history.newer(than: "one changed")
        #expect(again == "two changed")
        history.append("two changed")
        #expect(Array(history.entries) == ["one", "two", "two changed"])
        let walked = [
            history.older(than: ""), history.older(than: "two changed"), history.older(than: "two"),
        ]
        #expect(walked == ["two changed", "two", "one"])
    }

    @Test func anotherTextBeginsAnotherWalk() {
        var history = InputHistory(["one", "two"])
        _ = history.older(than: "draft")
        _ = history.older(than: "two")
        history.stopWalking()
        let walked = [history.older(than: "other"), history.newer(than: "two")]
        #expect(walked == ["two", "other"])
    }
}

@Suite struct HistorySearchTests {
    private let history = InputHistory([
        "git pull", "Write a haiku", "git push", "café au lait", "git pull", "a letter\nabout haiku",
    ])

    @Test func eachLetterGoesOnFromWhatWasFound() {
        var search = HistorySearch(history)
        #expect(search.match == nil)
        let found = "git pus".map { step(&search, Key($0)) }
        #expect(found == Array(repeating: "git pull", count: 6) + ["git push"])
        #expect(search.matchRange == 0..<7)
    }

    @Test func olderAndNewerSkipWhatIsTheSameText() {
        var search = HistorySearch(history)
        search.insert("git")
        let older = step(&search, Key("r", .control))
        #expect(older == "git push" && !search.isFailing)
        let oldest = step(&search, Key("r", .control))
        #expect(oldest == "git push" && search.isFailing)
        let newer = step(&search, Key("s", .control))
        #expect(newer == "git pull" && !search.isFailing)
    }

    @Test func lowerCaseFindsEitherCaseAndAccents() {
        var search = HistorySearch(history)
        search.insert("cafe")
        #expect(search.match == "café au lait")
        search = HistorySearch(history)
        search.insert("write")
        #expect(search.match == "Write a haiku")
        search = HistorySearch(history)
        search.insert("Haiku")
        #expect(search.match == nil && search.isFailing)
    }

    @Test func takingALetterBackSearchesFromTheNewestAgain() {
        var search = HistorySearch(history)
        search.insert("haikux")
        #expect(search.isFailing)
        let found = step(&search, Key(.backspace))
        #expect(found == "a letter\nabout haiku" && !search.isFailing)
    }

    @Test func enterTakesWhatWasFoundWithTheCursorWhereItStands() {
        var search = HistorySearch(history)
        search.insert("about")
        let outcome = search.press(Key(.enter))
        #expect(outcome == .accepted(Draft(text: "a letter\nabout haiku", cursor: 9), consumed: true))
    }

    @Test func anotherKeyTakesWhatWasFoundAndIsNotConsumed() {
        var search = HistorySearch(history)
        search.insert("push")
        let outcome = search.press(Key(.left))
        #expect(outcome == .accepted(Draft(text: "git push", cursor: 4), consumed: false))
        var empty = HistorySearch(InputHistory())
        let cancelled = empty.press(Key(.left))
        #expect(cancelled == .cancelled(consumed: false))
    }

    @Test(arguments: [Key(.escape), Key("g", .control), Key("c", .control)])
    func cancellingLeavesTheInputAsItIs(key: Key) {
        var search = HistorySearch(history)
        search.insert("git")
        let outcome = search.press(key)
        #expect(outcome == .cancelled(consumed: true))
    }

    private func step(_ search: inout HistorySearch, _ key: Key) -> String? {
        _ = search.press(key)
        return search.match
    }
}
