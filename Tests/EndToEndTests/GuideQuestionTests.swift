import ChatUI
import Testing

@testable import Agents
@testable import parley

/// The guide's first answer to questions as people ask them, with all that it knows.
@Suite struct GuideQuestionTests {
    /// Each question with the titles of the sections that answer it; `/name` is the action of that name, and none is right where the
    /// manual has nothing.
    private static let questions: [(String, [String])] = [
        (
            "How do I send a message in the background?",
            ["Background", "/toggle-background", "/send-in-background"]
        ),
        ("how do I delete a task", ["/delete", "parley delete"]),
        ("rename a task", ["/rename"]),
        ("how do I start a new task?", ["/new-task"]),
        ("how can I export a conversation", ["parley export", "/export", "Export this task to a file"]),
        ("how do I get an archived task back?", ["/archive"]),
        ("can I attach a file", ["Attachments"]),
        ("do you have notifications?", ["Notifications"]),
        ("why is there a red cross?", ["Marks in the task list"]),
        ("do you support images?", ["Images"]),
        ("How much does it cost?", ["Costs"]),
        ("Is my data sent anywhere?", ["Privacy"]),
        ("What is the meaning of life?", ["nothing"]),
        ("archive a task", ["/archive"]),
        ("What is a task?", ["Tasks"]),
        ("how do I stop a reply?", ["Stop a reply", "/stop"]),
        ("how do I copy an answer", ["Copy", "/copy-reply", "/copy"]),
        ("how can I scroll up", ["/page-up", "/line-up", "Reading"]),
        ("search old messages", ["Search", "/search", "/search-here", "/history-search"]),
        ("how to quit", ["Quit and come back", "/quit"]),
        ("how do I add an account?", ["Accounts", "/account"]),
        ("can I use ollama", ["Agents of your own"]),
        ("change the colours", ["Themes", "/theme"]),
        ("which keys are there?", ["Keys"]),
        ("can I paste several lines", ["Send a message"]),
        ("how do I write a message with several lines", ["Send a message", "/newline"]),
        ("can I edit the message in vim", ["/edit"]),
        ("what does queued mean", ["Background", "Marks in the task list"]),
        ("where is my data stored", ["Where files and data are stored", "Privacy"]),
        ("does copying work over ssh?", ["Copy"]),
        ("can I use the mouse?", ["Mouse"]),
        ("how do I split the window", ["Split view"]),
        ("how do I switch between tasks quickly", ["/switcher", "/next-task", "First steps"]),
        ("what happens when my internet connection goes down", ["When a message fails", "Reliability"]),
        ("the reply stopped in the middle", ["When a message fails", "Reliability"]),
        ("how do I retry", ["/retry", "When a message fails"]),
        ("what does unconfirmed mean?", ["When a message fails"]),
        ("where do I put my api key", ["Where a key comes from"]),
        ("is my key safe?", ["Where a key comes from", "Privacy"]),
        ("how do I connect to vectara?", ["Vectara"]),
        ("where do I find the lyzr agent id", ["Lyzr"]),
        ("I want to change a key binding", ["Bind other keys"]),
        ("alt does not work in my terminal", ["When something is wrong"]),
        ("the screen is garbled", ["When something is wrong", "/redraw"]),
        ("can I use it in a script?", ["Command line"]),
        ("how do I get json output", ["Command line"]),
        (
            "how do I run the server for my team",
            ["Where it listens, and its limits", "Keys for its clients", "The local server", "parley serve"]
        ),
        ("make my own theme", ["Your own theme"]),
        ("what are steps", ["Steps, cards and suggestions"]),
        ("how do I see what the agent is thinking", ["Steps, cards and suggestions", "/steps"]),
        ("pin a conversation to the top", ["/pin"]),
        ("fork a conversation", ["/fork"]),
        ("go to the next unread answer", ["/next-attention"]),
        ("how do I open a link", ["/links", "Copy"]),
        ("how do I install it on debian?", ["Install and open", "A Debian package"]),
        ("is there a man page?", ["Manual and completions"]),
        ("does it work on windows?", ["Other systems"]),
        ("can I talk to it with my voice?", ["Speech"]),
        ("can I edit a message that I already sent", ["Editing what was sent"]),
        ("show only the tasks of one account", ["/filter"]),
        ("what does parley doctor do", ["When something is wrong", "parley doctor"]),
        ("is there a dark mode?", ["Themes", "/theme"]),
        ("what is the difference between an agent and an account", ["Agents and accounts"]),
        ("show me everything", ["The demo"]),
        ("where are my chats saved", ["Where files and data are stored"]),
        ("how do I make the list wider", ["The setting list-width"]),
        ("show time in 12 hour format", ["The setting clock"]),
        ("stop the beeping", ["Notifications"]),
        ("how do I mute it", ["Notifications"]),
        ("can I see what the agent is thinking", ["Steps, cards and suggestions", "/steps"]),
        ("how do i close a chat", ["/archive"]),
        ("I deleted a task by accident", ["Undo, archive and delete", "/undo-change"]),
        ("how do I change the font size", ["Size of the letters"]),
        ("how to log out", ["Logging out"]),
        ("can two people use it", ["Several people"]),
        ("does it work offline", ["Working offline"]),
        ("how do i get started", ["Getting started", "First steps"]),
        ("where is the log file", ["Where files and data are stored"]),
    ]

    /// How many may be answered with another section first.
    private static let mayBeWrong = 3

    @Test func questionsAsPeopleAskThemAreAnswered() async throws {
        let manual = try Manual(sections: Manual.readme + ProgramManual.sections)
        var wrong: [String] = []
        for (question, titles) in Self.questions {
            let hits = try await manual.hits(for: Vocabulary.concepts(in: question), question: question)
            let answer =
                hits.first.flatMap { $0.isCertain ? manual.sections[$0.section].title : nil } ?? "nothing"
            let right = titles.map { $0.hasPrefix("/") ? Self.title(ofAction: String($0.dropFirst())) : $0 }
            if !right.contains(answer) { wrong.append("“\(question)”: \(answer), not \(right)") }
        }
        #expect(Self.questions.count >= 60)
        #expect(wrong.count <= Self.mayBeWrong, "\(wrong.joined(separator: "\n"))")
    }

    @Test func everyActionHasItsWordsSaveSingleMoves() {
        let silent = Action.entries.filter { $0.action.synonyms.isEmpty }
        for entry in silent {
            let isSingleMove =
                entry.group == .dialogs || entry.group == .editing || entry.name.hasPrefix("task-")
            #expect(isSingleMove, "\(entry.name)")
        }
    }

    private static func title(ofAction name: String) -> String {
        let summary = Action(name: name)?.summary ?? name
        return ProgramManual.sections.first { $0.kind == .action && summary.hasPrefix($0.title) }?.title
            ?? name
    }
}
