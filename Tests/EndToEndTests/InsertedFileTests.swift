import Foundation
import TestSupport
import Testing

/// Text of a file in the message.
@Suite(.ownThread) struct InsertedFileTests {
    @Test func aTextIsInsertedAndNothingElseIs() throws {
        let home = try TestHome()
        try home.write("from a file\r\n", to: "notes.txt")
        try home.write("a\0b", to: "program")
        try home.write(String(repeating: "x", count: (1 << 20) + 1), to: "large.txt")
        #expect(mkfifo(home.path + "/pipe", 0o600) == 0)
        let session = try home.open()
        try session.waitFor(text: "Message to Guide")
        for (file, answer) in [
            ("~/missing", "There is no file"), ("~/program", "is not a text file"),
            ("~/large.txt", "is larger than 1 MB"), ("~/pipe", "is not a file"), ("~", "is not a file"),
        ] {
            session.type("/insert " + file + Keys.enter)
            try session.waitFor(text: answer)
            session.type(Keys.control("u"))
            try session.waitFor("an empty input and no answer") { !$0.text.contains(answer) }
        }
        session.type("/insert ~/notes.txt" + Keys.enter)
        try session.waitFor(text: "> from a file")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func aFileIsAttachedWithItsNameAndCannotEndItsBlock() throws {
        let home = try TestHome()
        try home.write("a = 1\n```\nb = 2\n", to: "code.py")
        let session = try home.open()
        try session.waitFor(text: "Message to Guide")
        session.type("/attach ~/code.py" + Keys.enter)
        try session.waitFor("the file in the input") {
            $0.text.contains("> code.py:") && $0.text.contains("````py")
        }
        session.type("What is this?" + Keys.enter)
        try session.waitFor(text: "> Message to Guide")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
        #expect(
            try home.run(["export", "--offline", "code.py:"]).output
                .contains("code.py:\n\n````py\na = 1\n```\nb = 2\n````\nWhat is this?"))
    }
}
