import Foundation
import TestSupport
import Testing

/// The agents of `server.toml`, from the commands and the interface, with the server inside the program.
@Suite(.ownThread) struct AgentsTests {
    private static let completion = """
        HTTP/1.1 200 OK\r
        content-type: text/event-stream\r
        connection: close\r
        \r
        data: {"choices":[{"delta":{"reasoning_content":"Hm."}}]}

        data: {"choices":[{"delta":{"content":"I am a "}}]}

        data: {"choices":[{"delta":{"content":"model."},"finish_reason":"stop"}]}

        data: [DONE]


        """

    private func home(model port: Int) throws -> TestHome {
        let home = try TestHome()
        try home.write(
            """
            [agents.guide]
            kind = "guide"

            [agents.model]
            kind = "openai"
            name = "Little Model"
            url = "http://127.0.0.1:\(port)/v1"
            model = "little"

            [agents.count]
            kind = "command"
            name = "Counter"
            command = ["wc", "-w"]

            [agents.broken]
            kind = "command"
            command = "echo half; echo no more >&2; exit 7"
            shell = true

            [agents.away]
            kind = "openai"
            url = "http://127.0.0.1:1/v1"
            model = "none"
            """, to: ".config/parley/server.toml")
        return home
    }

    @Test func eachKindOfAgentAnswersACommand() throws {
        let port = try AnsweringPort(answer: Self.completion)
        let home = try home(model: port.port)
        #expect(try home.run(["send", "--agent", "Counter", "to be or not"]).output == "4\n")
        #expect(try home.run(["send", "--agent", "count", "to be"]).output == "2\n")
        #expect(try home.run(["send", "--agent", "little model", "hi"]).output == "I am a model.\n")
        #expect(try home.run(["send", "What can you do?"]).output.contains("guide"))

        let broken = try home.run(["send", "--agent", "broken", "hi"])
        #expect(broken.status == 1)
        #expect(broken.output == "half\n")
        #expect(broken.errors.contains("failed with exit status 7: no more"), "\(broken.errors)")
        let away = try home.run(["send", "--agent", "away", "hi"])
        #expect(away.status == 1)
        #expect(away.errors.contains("cannot be reached: connection refused"))
        withExtendedLifetime(port) {}
    }

    private static func stream(_ lines: String...) -> String {
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
            + lines.map { $0 + "\n\n" }.joined()
    }

    private struct Shown: Decodable {
        struct Message: Decodable {
            struct Step: Decodable {
                var kind: String
                var title: String
                var detail: String
            }
            var text: String
            var steps: [Step]?
        }
        var messages: [Message]
    }

    @Test func anErrorWithinAStreamFailsTheTurnInItsWords() throws {
        let port = try AnsweringPort(
            answer: Self.stream(
                #"data: {"choices":[{"delta":{"content":"half "}}]}"#,
                #"data: {"error":{"message":"queue is full","code":503}}"#, "data: [DONE]"))
        let failed = try home(model: port.port).run(["send", "--agent", "model", "hi"])
        #expect(failed.status == 1)
        #expect(failed.output == "half \n")
        #expect(failed.errors.contains("reports: queue is full"))
        withExtendedLifetime(port) {}
    }

    @Test func aReplyWithoutTextIsSaidToBeOne() throws {
        let port = try AnsweringPort(
            answer: Self.stream(#"data: {"choices":[{"delta":{},"finish_reason":"stop"}]}"#, "data: [DONE]"))
        let sent = try home(model: port.port).run(["send", "--agent", "model", "hi"])
        #expect(sent.status == 0)
        #expect(sent.output == "")
        #expect(sent.errors == "parley: The agent answered without text.\n")
        withExtendedLifetime(port) {}
    }

    @Test func thinkingAndToolsOfAModelAreStepsOfTheBuiltInAccount() throws {
        let port = try AnsweringPort(
            answer: Self.stream(
                #"data: {"choices":[{"delta":{"reasoning_content":null,"reasoning":"Hm."}}]}"#,
                #"data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"get_weather","arguments":"{\"city\":\"Oslo\"}"}}]}}]}"#,
                #"data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"get_time","arguments":"{}"}}]}}]}"#,
                #"data: {"choices":[{"delta":{"content":"Both \ud83d"}}]}"#,
                #"data: {"choices":[{"delta":{"content":"\ude80 asked \ud83d."},"finish_reason":"stop"}]}"#))
        let home = try home(model: port.port)
        let sent = try home.run(["send", "--agent", "model", "hi"])
        #expect(sent.output == "Both 🚀 asked \u{FFFD}.\n")
        let shown = try home.run(["show", "hi", "--json"])
        let messages = try JSONDecoder().decode(Shown.self, from: Data(shown.output.utf8)).messages
        let steps = try #require(messages.last?.steps)
        #expect(steps.map(\.title) == ["thinking", "get_weather", "get_time"])
        #expect(steps.first?.detail == "Hm.")
        #expect(steps[1].detail.contains("Oslo"))
        withExtendedLifetime(port) {}
    }

    @Test func agentIsChosenForANewTask() throws {
        let port = try AnsweringPort(answer: Self.completion)
        let home = try home(model: port.port)
        let session = try home.open()
        try session.waitFor(text: "Guide")
        session.type(Keys.alt("n"))
        try session.waitFor(text: "Counter")
        session.type("little" + Keys.enter)
        session.type("hello" + Keys.enter)
        try session.waitFor(text: "I am a model.")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
        withExtendedLifetime(port) {}
    }

    @Test func problemsOfTheFileAreReportedAndTheRestIsUsed() throws {
        let home = try TestHome()
        try home.write(
            """
            prot = 1

            [agents.count]
            kind = "command"
            command = ["wc", "-w"]
            """, to: ".config/parley/server.toml")
        let problem = "~/.config/parley/server.toml:1: Unknown key \"prot\". Did you mean \"port\"?"
        let sent = try home.run(["send", "to be or not"])
        #expect(sent.output == "4\n")
        #expect(sent.errors == "parley: \(problem)\n")
        let checked = try home.run(["config"])
        #expect(checked.output.contains("server\t~/.config/parley/server.toml\n"))
        #expect(
            checked.output.contains("  address\t127.0.0.1:4477\n  agent\tcount (count): the program wc\n"))
        #expect(checked.status == 78)
        #expect(checked.errors.contains(problem))
    }

    // MARK: Formats and tokens

    private struct Reply: Decodable {
        struct Message: Decodable {
            struct Tokens: Decodable, Equatable {
                var input: Int?
                var output: Int?
            }
            var text: String
            var format: String
            var tokens: Tokens?
        }
        var reply: Message
    }

    /// What a program prints for a terminal is shown as on one, streamed and in the background.
    @Test(arguments: [[], ["--background", "--wait"]])
    func aProgramPrintsForATerminal(options: [String]) throws {
        let home = try TestHome()
        try home.write(
            #"""
            [agents.bar]
            kind = "command"
            command = "printf '10 %%\\r\\033[K100 %%\\n\\033[31mred\\033[m *star*'"
            shell = true
            format = "terminal"
            """#, to: ".config/parley/server.toml")
        #expect(try home.run(["send"] + options + ["Draw a bar"]).output == "100 %\nred *star*\n")
        let sent = try home.run(["send", "--json"] + options + ["Draw another bar"]).output
        let reply = try JSONDecoder().decode(Reply.self, from: Data(sent.utf8)).reply
        #expect(reply.format == "terminal")
        #expect(reply.text.contains("\u{1B}[31mred"))
        #expect(try home.run(["show", "Draw a bar"]).output.contains("100 %\nred *star*\n"))
        #expect(try home.run(["export", "Draw a bar"]).output.contains("```text\n100 %\nred *star*\n```"))
    }

    @Test func theTokensOfAReplyAreSaid() throws {
        let port = try AnsweringPort(
            answer: Self.stream(
                #"data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}"#,
                #"data: {"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3}}"#, "data: [DONE]"))
        let sent = try home(model: port.port).run(["send", "--json", "--agent", "model", "hi"]).output
        let reply = try JSONDecoder().decode(Reply.self, from: Data(sent.utf8)).reply
        #expect(reply.format == "markdown")
        #expect(reply.tokens == .init(input: 12, output: 3))
        withExtendedLifetime(port) {}
    }

    // MARK: Failures

    /// Its first agent, under the ids of all services, prints, complains and fails.
    private static let failing = """
        [agents.broken]
        kind = "command"
        command = "printf 'half of it'; echo 'first reason' >&2; echo 'second reason' >&2; exit 7"
        shell = true
        hex = "60d0fe4f5311236168a109ca"
        id = 7
        """

    /// What a program prints before it fails is kept, and why it failed is said, whichever service's way it takes.
    @Test func aFailingProgramIsHeardThroughEveryService() throws {
        let home = try TestHome()
        try home.write(Self.failing, to: ".config/parley/server.toml")
        let server = try home.serve()
        var config = ""
        for (name, service, path, id) in [
            ("lyzr", "lyzr", "", "60d0fe4f5311236168a109ca"),
            ("studio", "lyzr", "/v3", "60d0fe4f5311236168a109ca"),
            ("tasks", "chat-tasks", "", "7"), ("aui", "aui", "", "broken"),
            ("vectara", "vectara", "", "broken"), ("lost", "vectara", "", "nobody"),
        ] {
            config += """
                [accounts.\(name)]
                service = "\(service)"
                url = "\(server.address)\(path)"
                key-env = "MY_KEY"
                agents = [ { id = "\(id)", name = "Broken" } ]

                """
        }
        try home.write(config, to: ".config/parley/config.toml")
        let background = ["lyzr", "studio", "tasks"].map { [$0, "--background", "--wait"] }
        for arguments in ["lyzr", "studio", "tasks", "aui", "vectara"].map({ [$0] }) + background {
            let sent = try home.run(
                ["send", "--account"] + arguments + ["hi"], environment: ["MY_KEY": server.key])
            #expect(sent.status == 1, "\(arguments)")
            #expect(sent.output == "half of it\n", "\(arguments)")
            #expect(sent.errors.contains("exit status 7"), "\(arguments): \(sent.errors)")
            #expect(sent.errors.contains("first reason"), "\(arguments): \(sent.errors)")
            #expect(sent.errors.contains("second reason"), "\(arguments): \(sent.errors)")
            // The service's word for it, where it has one.
            if arguments[0] == "vectara" { #expect(sent.errors.contains("agent_processing_failed")) }
        }
        let lost = try home.run(["send", "--account", "lost", "hi"], environment: ["MY_KEY": server.key])
        #expect(lost.status == 1)
        #expect(lost.errors.contains("agent_not_found · Agent not found"), "\(lost.errors)")
        #expect(server.stop() == 0)
    }

    @Test func aFailingProgramIsSeenOnTheScreen() throws {
        let home = try TestHome()
        try home.write(Self.failing, to: ".config/parley/server.toml")
        let session = try home.open(columns: 200)
        try session.waitFor(text: "broken")
        session.type("hello" + Keys.enter)
        try session.waitFor(text: "second reason")
        #expect(session.screen.text.contains("half of it"))
        #expect(session.screen.text.contains("exit status 7"))
        #expect(session.screen.text.contains("first reason"))
        #expect(!session.screen.text.contains("[ERROR]"))
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    // MARK: Keys

    private struct Key: Decodable, Equatable {
        var key: String?
        var prefix: String
        var name: String
        var agent: String?
        var permissions: [String]
    }

    @Test func keyIsShownOnceAndRevoked() throws {
        let home = try home(model: 1)
        let key = try home.run(["serve", "keys", "create", "laptop"])
        #expect(key.output.wholeMatch(of: /parley_[A-Za-z0-9]{6}_[A-Za-z0-9]{32}\n/) != nil)
        let bound = try home.run([
            "serve", "keys", "create", "phone", "--agent", "count", "--allow", "read,chat", "--json",
        ])
        let made = try JSONDecoder().decode(Key.self, from: Data(bound.output.utf8))
        #expect(made.key?.hasPrefix("xag_\(made.prefix)_") == true)
        #expect(made.agent == "count")
        #expect(made.permissions == ["read", "chat"])

        let listed = try home.run(["serve", "keys", "list", "--json"])
        let keys = try JSONDecoder().decode([Key].self, from: Data(listed.output.utf8))
        #expect(keys.map(\.name) == ["laptop", "phone"])
        #expect(keys.map(\.key) == [nil, nil])
        for name in try FileManager.default.subpathsOfDirectory(atPath: home.path) {
            let data = FileManager.default.contents(atPath: home.path + "/" + name) ?? Data()
            #expect(data.range(of: Data(key.output.dropLast().utf8)) == nil, "\(name)")
        }

        #expect(try home.run(["serve", "keys", "revoke", "laptop"]).status == 0)
        #expect(try home.run(["serve", "keys", "revoke", "laptop"]).status == 1)
        #expect(
            try home.run(["serve", "keys"]).output.hasPrefix("\(made.prefix)\tphone\tread,chat\tcount\t")
        )
        let unknown = try home.run(["serve", "keys", "create", "x", "--agent", "nobody"])
        #expect(unknown.status == 1)
        #expect(unknown.errors.contains("There are: away, broken, count, guide, model."))
    }

    @Test(arguments: [["create", "x", "--allow", "everything"], ["create", " "], ["create"], ["revoke"]])
    func wrongUsageOfKeysIsReported(arguments: [String]) throws {
        let outcome = try TestHome().run(["serve", "keys"] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output == "")
    }

    /// The proxy makes no connection: nothing goes past it, and every command says which way it went.
    @Test func aModelOnAnotherMachineIsAskedThroughTheProxy() throws {
        let proxy = try AnsweringPort(answer: "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")
        let address = "http://127.0.0.1:\(proxy.port)"
        let environment = ["https_proxy": address]
        let home = try TestHome()
        try home.write(
            """
            [agents.far]
            kind = "openai"
            url = "https://models.example.org/v1"
            model = "m"
            """, to: ".config/parley/server.toml")
        let sent = try home.run(["send", "hi"], environment: environment)
        #expect(sent.status == 1)
        #expect(sent.errors.contains("the proxy \(address), which https_proxy names"), "\(sent.errors)")
        let doctor = try home.run(["doctor"], environment: environment)
        #expect(doctor.status == 1)
        let line = doctor.output.split(separator: "\n").first { $0.contains("\tagent far\t") }
        #expect(line?.hasPrefix("wrong\t") == true, "\(doctor.output)")
        #expect(line?.contains("the proxy \(address), which https_proxy names") == true)
        let session = try home.open(["serve", "--port", "0"], columns: 200, environment: environment)
        try session.waitFor(text: "through the proxy \(address) that https_proxy names")
        session.type(Keys.control("c"))
        #expect(try session.waitForExit() == .exited(0))
        withExtendedLifetime(proxy) {}
    }

    @Test func theDoctorAsksModelServersForTheirModels() throws {
        let body = #"{"data":[{"id":"little"}]}"#
        let port = try AnsweringPort(
            answer:
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
        )
        let doctor = try home(model: port.port).run(["doctor"])
        #expect(
            doctor.output.contains("ok\tagent Little Model\t127.0.0.1:\(port.port) has the model little."),
            "\(doctor.output)")
        #expect(
            doctor.output.contains("wrong\tagent away\tThe model server at 127.0.0.1:1 cannot be reached"))
        withExtendedLifetime(port) {}
    }
}
