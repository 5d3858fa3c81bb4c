import Testing

@testable import ChatUI

@Suite struct SlashCommandTests {
    private let commands = [
        SlashCommand(name: "bg", argument: "TEXT", summary: "Send TEXT in the background"),
        SlashCommand(name: "rename", argument: "TITLE", summary: "Rename"),
        SlashCommand(name: "retry", summary: "Retry"),
        SlashCommand(name: "search-here", summary: "Search here"),
        SlashCommand(name: "search", argument: "WORDS", summary: "Search"),
        SlashCommand(name: "toggle-background", summary: "Toggle"),
    ]

    @Test(arguments: [
        ("/bg  Hello there \n", SlashCommand.Input.command(name: "bg", argument: "Hello there")),
        ("/bg two\nlines", .command(name: "bg", argument: "two\nlines")),
        ("/bg\nnext line", .command(name: "bg", argument: "next line")),
        ("/retry", .command(name: "retry", argument: "")),
        ("/nonsense", .command(name: "nonsense", argument: "")),
        ("/", .command(name: "", argument: "")),
        ("//bg is a command", .message("/bg is a command")),
        (" /bg is a command", .message(" /bg is a command")),
        ("// a comment", .message("// a comment")),
        ("/// a comment", .message("/// a comment")),
        ("///doc", .message("///doc")),
        ("//", .message("//")),
        ("/* a comment */", .message("/* a comment */")),
        ("/usr/bin is full", .message("/usr/bin is full")),
        ("/ alone", .message("/ alone")),
        ("not / a command", .message("not / a command")),
        ("", .empty),
        (" \n", .empty),
    ])
    func tellsCommandsFromMessages(text: String, input: SlashCommand.Input) {
        #expect(SlashCommand.parse(text) == input)
    }

    @Test(arguments: [
        ("/", ["bg", "rename", "retry", "search-here", "search", "toggle-background"]),
        ("/re", ["rename", "retry", "search-here"]),
        ("/search", ["search", "search-here"]),
        ("/bg", ["bg", "toggle-background"]),
        ("/zz", []),
        ("/bg text", []),
        ("bg", []),
        ("//", []),
        ("", []),
    ])
    func offersWhatBeginsWithTheNameAndThenWhatHoldsItsLetters(text: String, names: [String]) {
        #expect(SlashCommand.candidates(for: text, among: commands).map(\.name) == names)
    }

    @Test(arguments: [
        ("/b", "/bg "), ("/r", "/re"), ("/re", "/rename "), ("/ret", "/retry"), ("/s", "/search"),
        ("/search", "/search "), ("/search-", "/search-here"), ("/tb", "/toggle-background"), ("/retry", nil),
        ("/zz", nil), ("/bg text", nil), ("text", nil),
    ])
    func completesAsFarAsAllAgreeAndThenToTheFirst(text: String, completed: String?) {
        let menu = CompletionMenu(for: text, among: commands)
        #expect(menu?.completed(text) == completed)
    }

    @Test func usageShowsTheArgument() {
        #expect(commands.prefix(3).map(\.usage) == ["/bg TEXT", "/rename TITLE", "/retry"])
    }
}
