import Foundation
import TestSupport
import Testing

/// The subcommands as a script uses them: the real program, with in a pipe, with a file or in a terminal.
@Suite(.ownThread) struct CommandLineTests {
    @Test(arguments: [("sned", "Did you mean “parley send”? "), ("what", "")])
    func aWordThatIsNoCommandIsNamed(word: String, advice: String) throws {
        let outcome = try TestHome().run([word, "hello"])
        #expect(outcome.status == 64)
        #expect(
            outcome.errors
                == "parley: There is no command “\(word)”.\nparley: \(advice)`parley help` lists them.\n")
    }

    // MARK: Conversations

    @Test func aMessageIsAnsweredOnTheFirstStart() throws {
        let home = try TestHome()
        let sent = try home.run(["send", "What", "can", "you", "do?"])
        #expect(sent.status == 0)
        #expect(sent.errors == "")
        #expect(sent.output.hasSuffix("\n"))

        let tasks = try home.json(["tasks", "--json"], as: [TaskLine].self)
        let task = try #require(tasks.first)
        #expect(tasks.count == 1)
        #expect(task.title == "What can you do?")
        #expect(task.account == "local")
        #expect(task.state == "idle")
        #expect(task.unread == 1)

        let transcript = try home.json(["show", "--json", task.id], as: Transcript.self)
        #expect(transcript.task == task)
        #expect(transcript.messages.map(\.role) == ["user", "agent"])
        #expect(transcript.messages.map(\.state) == ["complete", "complete"])
        #expect(transcript.messages.first?.text == "What can you do?")
        #expect(transcript.messages.last.map { $0.text + "\n" } == sent.output)
    }

    @Test func aTaskContinuesByTheStartOfItsID() throws {
        let home = try TestHome()
        #expect(try home.run(["send", "topics"]).status == 0)
        let list = try home.run(["tasks"])
        let id = try #require(list.output.split(separator: "\t").first)
        let more = try home.run(
            ["send", "--task", String(id.prefix(6)), "-"], input: "From the input\n\n")
        #expect(more.status == 0)
        let transcript = try home.json(["show", "--json", String(id)], as: Transcript.self)
        #expect(transcript.messages.map(\.role) == ["user", "agent", "user", "agent"])
        #expect(transcript.messages[2].text == "From the input")
        let last = try home.json(["show", "--json", "--last", "1", "topics"], as: Transcript.self)
        #expect(last.messages.map(\.id) == transcript.messages.suffix(1).map(\.id))
    }

    @Test func aBackgroundMessagePrintsItsTaskOrItsReplyIfAwaited() throws {
        let home = try TestHome()
        let sent = try home.run(["send", "--background", "What can you do?"])
        #expect(sent.status == 0)
        #expect(sent.output.wholeMatch(of: /[0-9a-f]{16}\n/) != nil)
        let waited = try home.run(["send", "--background", "--wait", "What can you do?"])
        #expect(waited.status == 0)
        let titles = try home.json(["tasks", "--offline", "--json"], as: [TaskLine].self)
        #expect(Set(titles.map(\.state)) == ["running", "idle"])
        let done = try #require(titles.first { $0.state == "idle" })
        let transcript = try home.json(["show", "--json", done.id], as: Transcript.self)
        #expect(transcript.messages.last.map { $0.text + "\n" } == waited.output)
    }

    @Test func aMessageBehindABackgroundTurnWaitsForItsAnswer() throws {
        let home = try TestHome()
        let sent = try home.run(["send", "--background", "What can you do?"])
        let task = String(sent.output.dropLast())
        #expect(try home.run(["send", "--task", task, "How do I search?"]).status == 0)
        let transcript = try home.json(["show", "--json", task], as: Transcript.self)
        #expect(transcript.messages.map(\.role) == ["user", "agent", "user", "agent"])
        #expect(transcript.messages[2].text == "How do I search?")
    }

    @Test func theReplyAsJSONIsTheOneThatIsStored() throws {
        let home = try TestHome()
        let reply = try home.json(["send", "--json", "What can you do?"], as: Reply.self)
        #expect(reply.state == "done")
        let transcript = try home.json(["show", "--json", reply.task], as: Transcript.self)
        #expect(transcript.messages.last == reply.reply)
    }

    @Test func wordsAreFoundInEveryTask() throws {
        let home = try TestHome()
        #expect(try home.run(["send", "Tell me of flamingos"]).status == 0)
        #expect(try home.run(["send", "Tell me of herons"]).status == 0)
        let hits = try home.json(["search", "--json", "flamin"], as: [Hit].self)
        let hit = try #require(hits.last)
        #expect(hit.role == "user")
        #expect(hit.snippet == "Tell me of flamingos")
        #expect(try home.json(["search", "--json", "pelican"], as: [Hit].self).isEmpty)
        let inTask = try home.run(["search", "--task", "Tell me of herons", "flamingos"])
        #expect(inTask.status == 0)
        #expect(inTask.output == "")
    }

    @Test func anExportHoldsTheMessagesUnchanged() throws {
        let home = try TestHome()
        let sent = try home.run(["send", "What can you do?"])
        let export = try home.run(["export", "What can you do?"])
        #expect(export.status == 0)
        #expect(export.output.hasPrefix("# What can you do?\n\n- task: "))
        #expect(export.output.hasSuffix(sent.output))
    }

    // MARK: Interruption

    @Test func controlCStopsTheReplyAndKeepsWhatArrived() throws {
        let home = try TestHome()
        let session = try TerminalSession(
            executable: BuiltPrograms.path("parley"), arguments: ["send", "Show me a demo of markdown"],
            environment: home.environment, columns: 100, rows: 60)
        try session.waitFor("some of the reply") { $0.text.split(separator: "\n").count > 3 }
        session.type(Keys.control("c"))
        #expect(try session.waitForExit() == .exited(130))
        #expect(session.screenText.contains("Stopped; the part that arrived is kept in the task"))

        let task = try #require(try home.json(["tasks", "--json"], as: [TaskLine].self).first)
        #expect(task.state == "stopped")
        let transcript = try home.json(["show", "--json", task.id], as: Transcript.self)
        #expect(transcript.messages.last?.state == "partial")
        let kept = transcript.messages.last?.text.split(separator: "\n").first { !$0.isEmpty }
        #expect(session.screenText.contains(try #require(kept)))
    }

    @Test func aClosedPipeEndsTheCommandSilently() throws {
        let home = try TestHome()
        let outcome = try home.run(["send", "Show me a demo of markdown"], readsOutput: false)
        #expect(outcome.isSignalled)
        #expect(outcome.status == SIGPIPE)
        #expect(outcome.errors == "")
        let task = try #require(try home.json(["tasks", "--json"], as: [TaskLine].self).first)
        #expect(task.state == "stopped")
    }

    // MARK: Wrong usage and broken files

    @Test(arguments: [
        ["send", "--task", "x", "--account", "y", "hi"], ["send", "--wait", "hi"], ["send", " "],
        ["nonsense"], ["delete", "x"], ["delete"],
        ["tasks", "--nonsense"], ["search"], ["show"], ["show", "--last", "0", "x"],
        ["serve", "--port", "70000"], ["send", "--account", "unknown", "hi"], ["themes", "--use", "nothing"],
    ])
    func wrongUsageIsReported(arguments: [String]) throws {
        let outcome = try TestHome().run(arguments)
        #expect(outcome.status == 64, "\(arguments): \(outcome.errors)")
        #expect(outcome.output == "")
        #expect(outcome.errors != "")
    }

    @Test func aServerThatOthersCouldReachNeedsAKeyFirst() throws {
        let outcome = try TestHome().run(["serve", "--host", "0.0.0.0", "--port", "0"])
        #expect(outcome.status == 1)
        #expect(outcome.output == "")
        #expect(outcome.errors.contains("parley serve keys create NAME"))
    }

    @Test(arguments: [
        ["show", "nothing"], ["export", "nothing"], ["delete", "--yes", "nothing"],
        ["send", "--task", "nothing", "hi"],
    ])
    func anUnknownTaskIsReported(arguments: [String]) throws {
        let outcome = try TestHome().run(arguments)
        #expect(outcome.status == 1)
        #expect(outcome.errors == "parley: There is no task “nothing”. List them with `parley tasks`.\n")
    }

    @Test func aBrokenConfigIsReportedAndTheRestIsUsed() throws {
        let home = try TestHome()
        try home.write("tehme = \"dark\"\n", to: ".config/parley/config.toml")
        let warning =
            "parley: ~/.config/parley/config.toml:1: Unknown key \"tehme\". Did you mean \"theme\"?\n"
        let sent = try home.run(["send", "topics"])
        #expect(sent.status == 0)
        #expect(sent.errors == warning)
        let config = try home.run(["config"])
        #expect(config.status == 78)
        #expect(config.errors == warning)
        #expect(try home.run(["tasks", "--config", "none.toml"]).status == 78)
    }

    /// Another account, or the local server, would get the message.
    @Test(arguments: [
        ("[accounts.work]\nservice = \"lyzr\"\n", "There is no key"),
        ("[accounts.work\n", "This is not valid TOML"), ("accounts = 1\n", "accounts"),
    ])
    func nothingIsSentWhileAnAccountCannotBeUsed(config: String, problem: String) throws {
        let home = try TestHome()
        try home.write(config, to: ".config/parley/config.toml")
        for command in [["send", "hello"], ["tasks"], ["show", "x"], ["search", "x"], ["export", "x"]] {
            let outcome = try home.run(command)
            #expect(outcome.status == 78)
            #expect(outcome.output == "")
            #expect(outcome.errors.contains(problem))
            #expect(
                outcome.errors.hasSuffix(
                    "parley: Nothing was done, for ~/.config/parley/config.toml has accounts that cannot be used. Correct them, or name another file with --config.\n"
                ))
        }
        try home.write("", to: ".config/parley/config.toml")
        #expect(try home.run(["tasks"]).output == "")
    }

    @Test func aConfigThatIsASilentPipeHoldsUpNothing() throws {
        let home = try TestHome()
        try home.write("", to: ".config/parley/keys.toml")
        #expect(mkfifo(home.path + "/.config/parley/config.toml", 0o600) == 0)
        let outcome = try home.run(["tasks"])
        #expect(outcome.status == 78)
        #expect(
            outcome.errors.contains("config.toml: The file is a pipe, and nothing comes out of it.\n"))
    }

    @Test func aStoreThatCannotBeWrittenIsReported() throws {
        let home = try TestHome()
        try home.write("", to: ".local")
        let outcome = try home.run(["tasks"])
        #expect(outcome.status == 78)
        #expect(outcome.errors == "parley: ~/.local: This is not a folder. Move it out of the way.\n")
    }

    // MARK: What is printed

    @Test func noControlCharacterFromOutsideIsPrinted() throws {
        let home = try TestHome()
        let hostile = "\u{1B}]0;owned\u{7}\u{1B}[31mred\u{9B}31m \u{202E}backwards\u{7F}"
        #expect(try home.run(["send", "topics " + hostile]).status == 0)
        for arguments in [
            ["tasks"], ["tasks", "--json"], ["show", "topics"], ["show", "--json", "topics"],
            ["search", "backwards"],
            ["search", "--json", "backwards"], ["export", "topics"],
        ] {
            var arguments = arguments
            if arguments.last == "topics" {
                let tasks = try home.json(["tasks", "--json"], as: [TaskLine].self)
                arguments[arguments.count - 1] = try #require(tasks.first).id
            }
            let output = try home.run(arguments).output
            #expect(output.contains("red"), "\(arguments)")
            #expect(Self.obeyed(in: output) == [], "\(arguments)")
        }
    }

    /// The scalars of a text that a terminal obeys.
    private static func obeyed(in text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter {
            ($0.value < 0x20 && $0 != "\n" && $0 != "\t") || (0x7F..<0xA0).contains($0.value)
                || $0.value == 0x202E
        }
    }

    @Test(arguments: [
        ["send", "--HOSTILE"], ["HOSTILE", "HOSTILE"], ["show", "HOSTILE"], ["show", "a", "HOSTILE"],
        ["show", "--last", "HOSTILE", "a"], ["tasks", "--config", "HOSTILE"], ["help", "HOSTILE"],
    ])
    func noControlCharacterOfAnArgumentIsPrinted(arguments: [String]) throws {
        let hostile = "\u{1B}]0;owned\u{7}\u{1B}[31mred\u{9B}31m \u{202E}backwards\u{7F}"
        let outcome = try TestHome().run(arguments.map { $0.replacing("HOSTILE", with: hostile) })
        #expect(Self.obeyed(in: outcome.output + outcome.errors) == [])
    }

    @Test func outputFitsTheWidthOfTheTerminal() throws {
        let home = try TestHome()
        #expect(
            try home.run(["send", "A title that is much longer than a narrow terminal is wide"]).status
                == 0)
        let session = try TerminalSession(
            executable: BuiltPrograms.path("parley"), arguments: ["tasks"],
            environment: home.environment,
            columns: 50, rows: 10)
        #expect(try session.waitForExit() == .exited(0))
        let lines = session.screenText.split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("…") == true)
    }

    @Test func everySubcommandHasHelp() throws {
        let home = try TestHome()
        let root = try home.run(["--help"])
        #expect(root.status == 0)
        for name in [
            "send", "tasks", "show", "search", "export", "delete", "serve", "keys", "themes", "config",
            "doctor",
        ] {
            #expect(root.output.contains("\n  \(name) "), "\(name)")
            let help = try home.run([name, "--help"])
            #expect(help.status == 0)
            #expect(help.output.contains("OVERVIEW: "))
        }
        #expect(try home.run(["--version"]).output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    }

    // MARK: Files

    @Test func aThemeIsChosenInTheConfig() throws {
        let home = try TestHome()
        try home.write("# mine\ntheme = \"auto\" # for now\n", to: ".config/parley/config.toml")
        #expect(try home.run(["themes", "--use", "ember"]).status == 0)
        let text = try String(contentsOfFile: home.path + "/.config/parley/config.toml", encoding: .utf8)
        #expect(text == "# mine\ntheme = \"ember\" # for now\n")
        #expect(try home.run(["themes"]).output.contains("*\tember\tdark\n"))
    }

    @Test func boundKeysAreListed() throws {
        let home = try TestHome()
        try home.write("[keys]\nf12 = \"quit\"\nf11 = \"qiut\"\n", to: ".config/parley/keys.toml")
        let outcome = try home.run(["keys"])
        #expect(outcome.status == 0)
        #expect(
            outcome.output.split(separator: "\n").contains { $0.hasPrefix("quit\t") && $0.contains("f12") })
        #expect(
            outcome.errors.hasPrefix("parley: ~/.config/parley/keys.toml:3: There is no action \"qiut\"."))
    }

    @Test func onlyTheOwnerCanReadTheFiles() throws {
        let home = try TestHome()
        #expect(try home.run(["send", "topics"]).status == 0)
        let files = try #require(FileManager.default.enumerator(atPath: home.path + "/.local"))
        for case let name as String in files {
            let mode = files.fileAttributes?[.posixPermissions] as? Int ?? 0o777
            #expect(mode & 0o077 == 0, "\(name)")
        }
    }
}

// MARK: What --json prints

private struct TaskLine: Decodable, Equatable {
    var id: String
    var account: String
    var agent: String
    var serviceId: String?
    var title: String
    var state: String
    var unread: Int
    var updatedAt: String
}

private struct MessageLine: Decodable, Equatable {
    var id: Int64
    var role: String
    var text: String
    var at: String
    var state: String
}

private struct Transcript: Decodable {
    var task: TaskLine
    var messages: [MessageLine]
}

private struct Reply: Decodable {
    var task: String
    var state: String
    var reply: MessageLine?
}

private struct Hit: Decodable {
    var task: String
    var message: Int64
    var role: String
    var snippet: String
}

extension TestHome {
    /// Runs a command that has to succeed, and decodes the JSON that it prints.
    fileprivate func json<Value: Decodable>(_ arguments: [String], as type: Value.Type) throws -> Value {
        let outcome = try run(arguments)
        #expect(outcome.status == 0)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(outcome.output.utf8))
    }
}
