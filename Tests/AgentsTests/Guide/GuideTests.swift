import TestSupport
import Testing

@testable import Agents

/// The guide, with a manual small enough to read the expectations off it.
@Suite(.timeLimit(.scaled(minutes: 5))) struct GuideTests {
    private static let readme = """
        # Parley

        A chat client for the terminal.

        ## Install

        Run one command:

        ```sh
        # this is no heading
        apt-get install everything
        ```

        ## Quitting

        Press `Ctrl-Q`. Drafts are kept.

        ## Themes

        ### Choosing a theme

        Write `theme = "dark"` into the configuration.

        ### Writing a theme

        A theme is a TOML file with a palette.

        ## Background turns

        Toggle with `Alt-M`, or `/bg TEXT` for one message.

        ## Long

        \((1...40).map { "Paragraph \($0) of zebras, which are striped animals that one rarely meets in a terminal." }.joined(separator: "\n\n"))
        """

    private static let keys = ManualSection(
        title: "Keys",
        text: """
            | Action | Key |
            |---|---|
            | send the message | Enter |
            | quit | Ctrl-Q |
            | new task | Alt-N |
            | next task | Ctrl-N |
            | copy the last reply | Alt-W |
            | stop the turn | Esc |
            | search everywhere | Alt-G |
            | open the palette | F1 |
            """)

    private func ask(_ messages: String..., isInBackground: Bool = false) async throws -> String {
        let sections = ManualSection.sections(ofMarkdown: Self.readme) + [Self.keys]
        let agent = GuideAgent(sections: sections, pace: .immediate)
        var history: [AgentRequest.Message] = []
        var answer = ""
        for message in messages {
            let log = EventLog<AgentEvent>()
            let request = AgentRequest(
                conversation: "c", history: history, message: message, isInBackground: isInBackground)
            try await agent.reply(to: request) { log.add($0) }
            answer = log.text
            history += [.init(.user, message), .init(.agent, answer)]
        }
        return answer
    }

    @Test func theLinesOfAParagraphBecomeOne() {
        let text = """
            # One
            A paragraph
            of two lines.

            - an item
              goes on
            - another
            1. a number
               goes on

            | a | b |
            |---|---|
            | 1 | 2 |

            ```sh
            ls
            pwd
            ```
            After
            ## Two
                code
                here
            """
        let sections = ManualSection.sections(ofMarkdown: text)
        #expect(
            sections.map(\.text) == [
                """
                A paragraph of two lines.

                - an item goes on
                - another
                1. a number goes on

                | a | b |
                |---|---|
                | 1 | 2 |

                ```sh
                ls
                pwd
                ```
                After
                """, "code\n    here",
            ])
    }

    @Test func manualIsCutAtItsHeadings() {
        let sections = ManualSection.sections(ofMarkdown: Self.readme)
        #expect(
            sections.map(\.title) == [
                "Parley", "Install", "Quitting", "Themes", "Choosing a theme", "Writing a theme",
                "Background turns",
                "Long",
            ])
        #expect(sections[1].text.contains("# this is no heading"))
        #expect(sections[3].text == "- Choosing a theme\n- Writing a theme")
        #expect(sections[4].path == ["Parley", "Themes"])
    }

    @Test(arguments: [
        "How do I quit?", "exit", "how can I leave the program please", "what is the way to close this",
        "QUIT!!",
    ])
    func synonymsFindTheSection(question: String) async throws {
        let answer = try await ask(question)
        #expect(answer.contains("## Quitting"))
        #expect(answer.contains("Drafts are kept"))
    }

    @Test(
        "Parley's own manual answers what newcomers ask",
        arguments: [
            ("Which keys are there?", "Keys"), ("How do I change the theme?", "Themes"),
            ("accounts", "Accounts"), ("what does the local server do", "The local server"),
            ("How do I quit?", "Quit and come back"), ("how can I send something?", "Send a message"),
            ("can I use the mouse?", "Mouse"),
        ])
    func ownManual(question: String, title: String) async throws {
        let manual = try Manual(sections: Manual.readme)
        let hits = try await manual.hits(for: Vocabulary.concepts(in: question))
        #expect(hits.first.map { manual.sections[$0.section].title } == title)
    }

    @Test(arguments: ["hello", "hi there", "hello, how are you?", "Good morning!"])
    func aGreetingIsAnswered(message: String) async throws {
        #expect(try await ask(message).contains("Hello! I am the **guide**"))
    }

    @Test func whatFollowsAGreetingIsAnswered() async throws {
        #expect(try await ask("hello, what can you show me?").contains("## What I know about"))
        #expect(try await ask("Hi! how do I quit please?").contains("Drafts are kept"))
    }

    @Test func whereItIsNotSureItOffersCandidates() async throws {
        let answer = try await ask("which configuration of a spaceship lets me fly to another galaxy")
        #expect(answer.contains("I am not sure"))
        #expect(answer.contains("1. Choosing a theme"))
        #expect(
            try await ask("which configuration of a spaceship lets me fly to another galaxy", "1")
                .contains("## Choosing a theme"))
    }

    @Test func theKeywordsBelongToSectionsOfTheManual() {
        let titles = Set(Manual.readme.map(\.title))
        #expect(Set(GuideTopics.keywords.keys).subtracting(titles) == [])
    }

    @Test func longTableIsCutToTheRowsThatMatter() async throws {
        let answer = try await ask("which key copies the last reply?")
        #expect(answer.contains("| Action | Key |"))
        #expect(answer.contains("| copy the last reply | Alt-W |"))
        #expect(!answer.contains("open the palette"))
    }

    @Test func coloursAreThemes() async throws {
        #expect(try await ask("how do I change the colours").contains("theme = \"dark\""))
    }

    @Test func codeBlockStaysWhole() async throws {
        let answer = try await ask("how is it installed?")
        #expect(answer.contains("```sh\n# this is no heading\napt-get install everything\n```"))
    }

    @Test func moreContinuesTheAnswer() async throws {
        let first = try await ask("zebras")
        #expect(first.contains("Paragraph 1 "))
        #expect(!first.contains("Paragraph 40 "))
        #expect(first.contains("Say `more` to read on."))
        let second = try await ask("zebras", "more")
        let last = (1...40).last { first.contains("Paragraph \($0) ") } ?? 0
        #expect(second.contains("Paragraph \(last + 1) "))
        #expect(!second.contains("Paragraph \(last) "))
    }

    @Test func moreEndsWithTheManual() async throws {
        let answer = try await ask("exit", "more", "more", "more")
        #expect(answer.contains("That is all the manual says about *exit*"))
    }

    @Test func followUpRefersToTheQuestionBefore() async throws {
        let answer = try await ask("how do I choose a theme?", "and how do I write one?")
        #expect(answer.contains("## Writing a theme"))
    }

    @Test func numberPicksWhatWasOffered() async throws {
        let topics = try await ask("help")
        #expect(topics.contains("\n3. Quitting\n"))
        #expect(try await ask("help", "3").contains("## Quitting"))
    }

    @Test func unknownIsAdmitted() async throws {
        let answer = try await ask("What is the capital of France?")
        #expect(answer.contains("it has nothing on *capital*, *france*"))
        #expect(answer.contains("not a language model"))
    }

    @Test func guideSaysWhatItIs() async throws {
        for question in [
            "Are you a language model?", "who are you", "what can you do?", "what is this thing",
            "What is Parley?",
        ] {
            #expect(try await ask(question).contains("not a language model"))
        }
    }

    @Test func showcaseHasEverything() async throws {
        let answer = try await ask("Give me a long answer please")
        for mark in ["# ", "- [ ] ", "```swift", "|---|", "> ", "1. ", "🎉", "](https://"] {
            #expect(answer.contains(mark))
        }
    }

    @Test func backgroundTurnGoesDeeper() async throws {
        let short = try await ask("zebras")
        let long = try await ask("zebras", isInBackground: true)
        #expect(long.contains("Paragraph 40 "))
        #expect(!short.contains("Paragraph 40 "))
    }

    @Test(arguments: [
        "", " ", "?", "\"", "' OR 1=1 --", "NEAR(", "*", "\u{0}", "a AND", "^x", "{title}: x", "-",
    ])
    func nothingIsTakenForQuerySyntax(message: String) async throws {
        #expect(try await !ask(message).isEmpty)
    }

    @Test func wordsAddUpToTheText() {
        for text in ["", " ", "a", " a b\n\nc  ", Showcase.text] {
            #expect(Pace.words(of: text).joined() == text)
        }
    }

    @Test func readmeIsCompiledIn() {
        #expect(!Manual.readme.isEmpty)
    }
}
