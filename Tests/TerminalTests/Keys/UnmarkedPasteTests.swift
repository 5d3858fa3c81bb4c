import RichText
import Testing

@testable import Terminal

struct UnmarkedPasteTests {
    private func keys(_ text: String) -> [InputEvent] {
        text.map { character in
            switch character {
            case "\n": .key(Key(.enter))
            case "\t": .key(Key(.tab))
            default: .key(Key(character))
            }
        }
    }

    @Test func linesThatArriveTogetherAreAPaste() {
        #expect(UnmarkedPaste.joined(keys("one\ntwo\tthree\n")) == [.paste("one\ntwo\tthree\n")])
    }

    @Test(arguments: ["hello\n", "\n", "\nhello", "hello", "\n\n", ""])
    func whatAPersonTypesStaysKeys(text: String) {
        #expect(UnmarkedPaste.joined(keys(text)) == keys(text))
    }

    @Test func keysThatActAreNoPartOfIt() {
        let up = InputEvent.key(Key(.up))
        #expect(
            UnmarkedPaste.joined(keys("a\nb") + [up] + keys("c\n")) == [.paste("a\nb"), up] + keys("c\n"))
        let newline = InputEvent.key(Key("j", .control))
        #expect(UnmarkedPaste.joined(keys("a") + [newline] + keys("b")) == [.paste("a\nb")])
    }
}
