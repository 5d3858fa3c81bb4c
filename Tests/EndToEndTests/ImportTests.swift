import Foundation
import RichText
import SessionCore
import TestSupport
import Testing

@testable import parley

/// Tasks leave one home as files and come into another.
@Suite(.ownThread) struct ImportTests {
    /// A home with a task that has steps, cards, suggestions and a turn that failed.
    private func home() throws -> (TestHome, task: String) {
        let home = try TestHome()
        #expect(try home.run(["send", "--agent", "Demo", "show me everything"]).status == 0)
        let id = try Self.onlyTask(of: home)
        _ = try home.run(["send", "--task", id, "fail"])
        return (home, id)
    }

    private static func onlyTask(of home: TestHome) throws -> String {
        let tasks = try home.run(["tasks", "--json"]).output
        return String(try #require(tasks.firstMatch(of: #/"id" : "([0-9a-f]{16})"/#)?.1))
    }

    @Test func whatIsExportedComesBackAsItWas() throws {
        let (home, task) = try home()
        let exported = try home.run(["export", "--json", task]).output
        #expect(exported.contains("\"kind\" : \"tool\"") && exported.contains("\"state\" : \"failed\""))
        let other = try TestHome()
        try other.write(exported, to: "task.json")
        let imported = try other.run(["import", "task.json"])
        #expect(imported.status == 0, "\(imported.errors)")
        #expect(imported.output.hasPrefix(task + "  "))
        #expect(imported.errors.isEmpty)
        #expect(try other.run(["export", "--json", task]).output == exported)
        #expect(try other.run(["export", task]).output == home.run(["export", task]).output)
        #expect(try other.run(["search", "everything"]).output.contains(task.prefix(8)))

        let again = try other.run(["import", "task.json", "task.json"])
        #expect(again.status == 0)
        #expect(again.output.isEmpty)
        #expect(again.errors.contains("is here already"))
        #expect(try other.run(["export", "--json", task]).output == exported)
    }

    @Test func idsThatAreTakenAreDrawnAgain() throws {
        let (home, task) = try home()
        let other = try TestHome()
        #expect(try other.run(["send", "What is a turn?"]).status == 0)
        let imported = try other.run(["import", "-"], input: home.run(["export", "--json", task]).output)
        #expect(imported.status == 0, "\(imported.errors)")
        #expect(try other.run(["export", task]).output == home.run(["export", task]).output)
        #expect(try other.run(["send", "--task", task, "markdown"]).status == 0)
    }

    @Test func theLocalServerRemembersWhatWasImported() throws {
        let home = try TestHome()
        try home.write(
            """
            [agents.count]
            kind = "command"
            command = '''grep -o '"role"' | wc -l'''
            shell = true
            input = "json"
            hex = "0123456789abcdef01234567"
            id = 7
            """, to: ".config/parley/server.toml")
        #expect(try home.run(["send", "one"]).output.contains("0"))
        let other = try TestHome()
        try other.write(try home.read(".config/parley/server.toml"), to: ".config/parley/server.toml")
        let exported = try home.run(["export", "--json", "one"]).output
        #expect(try other.run(["import", "-"], input: exported).status == 0)
        let reply = try other.run(["send", "--task", "one", "two"])
        #expect(reply.output.contains("2"), "the agent gets both earlier messages: \(reply)")
    }

    @Test func aTaskOfAnAccountThatIsNotHereCanBeReadAndForked() throws {
        let (home, task) = try home()
        let exported = try home.run(["export", "--json", task]).output
            .replacing("\"account\" : \"local\"", with: "\"account\" : \"elsewhere\"")
        let other = try TestHome()
        let imported = try other.run(["import", "--archive", "-"], input: exported)
        #expect(imported.errors.contains("The config has no account “elsewhere”"))
        #expect(try !other.run(["tasks"]).output.contains(task.prefix(8)))
        #expect(try other.run(["tasks", "--all"]).output.contains("elsewhere"))
        #expect(try other.run(["show", "--offline", task]).output.contains("show me everything"))
        let refused = try other.run(["send", "--task", task, "more"])
        #expect(refused.status != 0)
    }

    @Test func aFileThatCannotBeUsedChangesNothing() throws {
        let (home, task) = try home()
        let exported = try home.run(["export", "--json", task]).output
        let other = try TestHome()
        try other.write(exported, to: "good.json")
        try other.write(try home.run(["export", task]).output, to: "task.md")
        try other.write(try home.run(["export", "--format", "html", task]).output, to: "task.html")
        try other.write("", to: "empty.json")
        try other.write("[]", to: "list.json")
        try other.write("{\"task\": ", to: "short.json")
        try other.write("{\"messages\": []}", to: "missing.json")
        try other.write(
            exported.replacing("\"role\" : \"user\"", with: "\"role\" : \"boss\""), to: "role.json")
        try other.write(exported.replacing("\"text\" : \"fail\"", with: "\"text\" : 7"), to: "type.json")
        try other.write(
            exported.replacing(#/"at" : "[^"]*"/#, with: "\"at\" : \"yesterday\""), to: "time.json")
        for (file, complaint) in [
            ("task.md", "is Markdown"), ("task.html", "is HTML"), ("empty.json", "is empty"),
            ("list.json", "is a list"),
            ("short.json", "is not JSON"), ("missing.json", "“missing.json”, task: This is missing."),
            ("role.json", "“role.json”, messages[0].role: “boss” is unknown here."),
            ("type.json", "“type.json”, messages[2].text: This is not a text."),
            ("time.json", "“time.json”, messages[0].at: “yesterday” is no time"),
            ("nosuch.json", "“nosuch.json” does not exist."),
        ] {
            let outcome = try other.run(["import", "good.json", file])
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains(complaint), "\(file): \(outcome.errors)")
            #expect(outcome.errors.contains("Nothing was imported."), "\(outcome.errors)")
        }
        #expect(try other.run(["tasks", "--all"]).output.isEmpty)
    }

    // MARK: Export

    @Test func aTaskIsExportedIntoAFileInTheFormOfItsName() throws {
        let (home, task) = try home()
        for (file, holds) in [
            ("a.md", "## You, "), ("a.json", "\"messages\" : ["), ("a.html", "<!DOCTYPE html>"),
            ("b", "<!DOCTYPE html>"),
        ] {
            let arguments = ["export", task, "--output", file] + (file == "b" ? ["--format", "html"] : [])
            let outcome = try home.run(arguments)
            #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome)")
            #expect(try home.read(file).contains(holds))
            #expect(try home.mode(file) == 0o600)
        }
        let before = try home.read("a.md")
        let again = try home.run(["export", task, "-o", "a.md"])
        #expect(again.status == 1 && again.errors.contains("exists already"))
        #expect(try home.read("a.md") == before)
        #expect(try home.run(["export", task, "-o", "a.pdf"]).status == 64)
        #expect(try home.run(["export", task, "--json", "--format", "html"]).status == 64)
    }

    @Test func aPageLoadsAndRunsNothing() throws {
        let home = try TestHome()
        try home.write(
            #"""
            [agents.hostile]
            kind = "command"
            command = '''printf '<script>alert(1)</script> [x](javascript:alert(2)) ![i](https://e.org/i.png)\n\n```swift\nlet x = "<b>"\n```\n' '''
            shell = true
            """#, to: ".config/parley/server.toml")
        #expect(try home.run(["send", "</p><script>alert(3)</script>"]).status == 0)
        let page = try home.run(["export", "--format", "html", try Self.onlyTask(of: home)]).output
        #expect(page.hasPrefix("<!DOCTYPE html>"))
        #expect(page.contains("default-src 'none'"))
        #expect(page.contains("prefers-color-scheme: dark"))
        #expect(page.contains("<span class=\"code-keyword\">let</span>"))
        #expect(page.contains("<span class=\"code-string\">&quot;&lt;b&gt;&quot;</span>"))
        for piece in ["<script", "href=\"javascript", "<img", "src=", "url(", "@import", "<link"] {
            #expect(!page.contains(piece), "\(piece)")
        }
    }

    /// A task with everything that one can hold.
    private static func full() -> Transcript {
        let id = ChatTask.ID(rawValue: "0123456789abcdef")
        let at = Date(timeIntervalSince1970: 1_773_500_966.789)
        let task = ChatTask(
            id: id, account: "work", agent: Agent(id: "7", name: "Ada <A>"), serviceID: "s-1",
            title: "All & more",
            titleIsProvisional: false, state: .failed, createdAt: at, updatedAt: at, mode: .background,
            isPinned: true,
            isArchived: true)
        let error = ServiceError(.rateLimited, "Too many.", detail: "slow down", status: 429, retryAt: at)
        let extras = Extras(
            suggestions: ["<more>"],
            cards: [
                Card(title: "Oven", isRecommended: true, properties: [.init(title: "Price", value: "<358>")])
            ],
            steps: [
                Step(id: "1", kind: .tool, title: "look", state: .failed, detail: "<in>\nout"),
                Step(id: "2", kind: .thinking, title: "Hm", state: .completed),
            ])
        return Transcript(
            task: task,
            messages: [
                Message(id: -4, task: id, role: .user, text: "before", at: at, serviceID: "m-0"),
                Message(id: 8, task: id, turn: 8, role: .user, text: "hello", at: at),
                Message(
                    id: 9, task: id, turn: 8, role: .agent, text: "**hi**", at: at, serviceID: "m-1",
                    state: .partial,
                    extras: extras, usage: TokenUsage(input: 12, output: 3)),
                Message(id: 10, task: id, turn: 10, role: .user, text: "again", at: at),
            ],
            turns: [
                Turn(
                    id: 8, task: id, mode: .background, state: .truncated, message: 8, reply: 9,
                    startedAt: at,
                    endedAt: at + 12
                ),
                Turn(
                    id: 10, task: id, mode: .streamed, state: .failed, message: 10, failure: error,
                    startedAt: at, endedAt: at + 1),
            ])
    }

    @Test func aDocumentHoldsEverything() async throws {
        let json = try TranscriptDocument.json.text(of: Self.full(), languages: .empty)
        let store = try SessionStore()
        let imported = try TranscriptImport(name: "x").task(from: Data(json.utf8))
        guard case .added(let task) = try await store.add([imported], at: Date()).first else {
            Issue.record("not added")
            return
        }
        let again = try await Transcript(of: task, in: store)
        #expect(try TranscriptDocument.json.text(of: again, languages: .empty) == json)
        #expect(task.isPinned && task.isArchived && task.mode == .background && task.unread == 0)
        #expect(!task.hasUnseenFailure)
    }

    @Test func stepsAreFoldedAndCardsAreShown() throws {
        let page = try TranscriptDocument.html.text(of: Self.full(), languages: .empty)
        for piece in [
            "<title>All &amp; more</title>",
            "Ada &lt;A&gt; · work · <time datetime=\"2026-03-14T15:09:26.789Z\">",
            "<details><summary class=\"error\">look (tool, failed)</summary>\n<pre class=\"muted\">&lt;in&gt;\nout</pre>",
            "<p class=\"step muted\">Hm (thinking)</p>", "<section class=\"card\"><h3>★ Oven</h3>",
            "<dt>Price</dt><dd>&lt;358&gt;</dd>", "<ul class=\"suggestions\"><li>&lt;more&gt;</li></ul>",
            "<p class=\"message-notice\">failed: Too many.</p>", "<p><strong>hi</strong></p>",
        ] {
            #expect(page.contains(piece), "\(piece)")
        }
    }

    // MARK: Forks

    @Test func aTaskOfTheLocalServerIsForkedAtAMessage() throws {
        let home = try TestHome()
        let session = try home.open()
        try session.waitFor(text: "Message to Guide")
        session.type("What is a task?" + Keys.enter)
        try session.waitFor("an answer") {
            $0.text.contains("> Message to Guide") && $0.text.contains("Guide  ")
        }
        session.type("What is a turn?" + Keys.enter)
        try session.waitFor(text: "one message of yours")
        // The first answer, third from the end.
        for _ in 0..<3 { session.type("\u{1B}[1;3A") }
        session.type(Keys.control("x") + "f")
        try session.waitFor(text: "This is the fork")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
        let tasks = try home.run(["tasks", "--json"]).output.matches(of: #/"id" : "([0-9a-f]{16})"/#)
        let texts = try tasks.map { try home.run(["export", String($0.1)]).output }
        #expect(texts.count == 2)
        #expect(texts.allSatisfy { $0.contains("What is a task?") })
        #expect(texts.filter { !$0.contains("What is a turn?") }.count == 1)
    }

    @Test func theLocalServerForksInTheApisThatHaveNoFork() throws {
        let home = try TestHome()
        let session = try home.open(["demo"], columns: 120)
        for (account, title, shown) in [
            ("aui", "Which cards", "Ridge Runner"), ("chat-tasks", "Ask me something", "Which colour"),
            ("lyzr", "Show me everything", "What do you want to see next?"),
        ] {
            try session.waitFor(text: title.prefix(11).description)
            session.type(Keys.control("s") + title + Keys.enter)
            try session.waitFor(text: shown)
            session.type(Keys.control("x") + "f")
            try session.waitFor(text: "This is the fork")
            session.type("hello \(account)" + Keys.enter)
            try session.waitFor("an answer in the fork") {
                $0.text.contains("hello \(account)") && $0.text.contains("\(account) · Demo")
                    && $0.text.contains("> Message to") && !$0.isStreaming
            }
        }
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }
}
