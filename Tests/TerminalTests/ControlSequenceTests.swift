import Foundation
import Testing

@testable import Terminal

@Suite struct ControlSequenceTests {
    @Test func putsTextOnTheClipboard() {
        #expect(ControlSequence.clipboard("hello") == Array("\u{1B}]52;c;aGVsbG8=\u{7}".utf8))
    }

    @Test func cutsALongTextBetweenCharacters() throws {
        let text = "x" + String(repeating: "é", count: 512 * 1024)
        let sequence = ControlSequence.clipboard(text)
        let base64 = String(decoding: sequence.dropFirst(7).dropLast(), as: UTF8.self)
        let copied = try #require(Data(base64Encoded: base64))
        #expect(copied.count == 512 * 1024 - 1)
        #expect(text.utf8.starts(with: copied))
    }

    @Test func sanitisesTitles() {
        let title = ControlSequence.title("a\u{7}b\u{1B}]52;c\nd\u{9C}\u{202E}e")
        #expect(title == Array("\u{1B}]2;a b ]52;c d  e\u{7}".utf8))
        #expect(ControlSequence.title(String(repeating: "x", count: 1000)).count == 4 + 256 + 1)
    }
}
