import RichText
import SessionCore
import Testing

@testable import ChatUI

/// The dialog as a value of its own.
struct DialogsTests {
    private let context = Scenario().model.context

    private func picker(_ labels: String...) -> Picker {
        Picker(title: "", items: labels.map { Picker.Item(choice: .suggestion($0), label: $0, detail: "") })
    }

    @Test func typingNarrowsAndEnterReturnsTheChoice() {
        var dialogs = Dialogs()
        dialogs.open(picker("one", "two", "three"))
        _ = dialogs.insert("t")
        _ = dialogs.perform(.dialogNext, context)
        let (choice, effects) = dialogs.accept()
        #expect(choice == .suggestion("three"))
        #expect(effects.isEmpty)
        #expect(!dialogs.isOpen)
    }

    @Test func eachKeyOfASearchAsksForItsHits() {
        var dialogs = Dialogs()
        dialogs.open(.search(in: nil))
        let words = "ab".flatMap { dialogs.insert(String($0)) }.compactMap { effect -> String? in
            if case .submit(.search(let request)) = effect { request.words } else { nil }
        }
        #expect(words == ["a", "ab"])
        for (words, text) in [("a", Picker.searchHint), ("ab", "Nothing found for “ab”.")] {
            dialogs.apply(SearchAnswer(request: SearchRequest(words: words), hits: []), context)
            guard case .picker(let picker)? = dialogs.current else { return }
            #expect(picker.emptyText == text)
        }
    }

    @Test func aRenamedTaskIsSubmittedUnlessTheTitleIsEmpty() {
        var dialogs = Dialogs()
        let task = ChatTask.ID(rawValue: "a")
        dialogs.open(Prompt(title: "", purpose: .rename(task), text: " New "))
        let choice = dialogs.accept().choice
        #expect(choice == .title(task, "New"))
        dialogs.open(Prompt(title: "", purpose: .rename(task), text: " "))
        let none = dialogs.accept().choice
        #expect(none == nil)
    }

    @Test func aThemeIsLookedAtOnlyWhileItIsSelected() {
        var dialogs = Dialogs()
        let plain = Scenario().model.theme
        dialogs.open(.themes(ThemeChoice(all: [plain], automatic: (plain, plain), name: "auto")))
        #expect(dialogs.previewedTheme == "auto")
        _ = dialogs.perform(.dialogNext, context)
        #expect(dialogs.previewedTheme == "plain")
        _ = dialogs.perform(.dialogCancel, context)
        #expect(dialogs.previewedTheme == nil)
    }
}
