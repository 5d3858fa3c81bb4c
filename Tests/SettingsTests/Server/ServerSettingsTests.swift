import Foundation
import Settings
import TestSupport
import Testing

/// One wrong `server.toml` and what is said about it.
struct BadServerFile: Sendable, CustomTestStringConvertible {
    var text: String
    var problems: [String]
    /// The agents that can be used all the same.
    var agents: [String]?
    var testDescription: String { text }

    init(_ text: String, _ problems: String..., agents: [String]? = nil) {
        self.text = text
        self.problems = problems
        self.agents = agents
    }
}

@Suite struct ServerSettingsTests {
    private func load(_ text: String) throws -> (ServerSettings, [String], TemporaryFolder) {
        let folder = try TemporaryFolder()
        try folder.write(text, to: ".config/parley/server.toml")
        let (settings, problems) = ServerSettings.load(from: folder.folders)
        return (settings, problems.map(\.description), folder)
    }

    @Test func aModelOnAnotherMachineNeedsEncryptionOrAWord() throws {
        let model =
            "[agents.m]\nkind = \"openai\"\nurl = \"http://10.0.0.7:11434/v1\"\nmodel = \"y\"\nkey-env = \"MODEL_KEY\"\n"
        let (refused, problems, _) = try load(model)
        #expect(refused.agents == [])
        #expect(refused.keyVariables == ["MODEL_KEY"])
        #expect(problems.first?.contains("begins with http://") == true)
        let (allowed, none, _) = try load(model + "insecure = true\n")
        #expect(allowed.agents?.count == 1)
        #expect(none == [])
    }

    @Test func aWholeFileIsRead() throws {
        let (settings, problems, folder) = try load(
            """
            host = "0.0.0.0"
            port = 8099
            prefix = "/parley/v0/"
            store = "~/chats/server.sqlite"

            [limits]
            body-size = 65536
            background-turns = 2

            [agents.review]
            kind = "openai"
            name = "Reviewer"
            description = "Reads changes."
            hex = "60D0FE4F5311236168A109CA"
            id = 7
            welcome = "Show me a change."
            suggestions = ["What is a change?"]
            url = "https://models.example.org/v1"
            model = "big"
            key-env = "MODEL_KEY"
            system = "You review."
            temperature = 1
            top-p = 0.5
            max-tokens = 100
            history = 1000
            connect-timeout = 1
            first-byte-timeout = 2
            silence-timeout = 3

            [agents.count]
            kind = "command"
            command = ["~/bin/count", "-w"]
            input = "json"
            folder = "~/work"
            timeout = 5
            history = 9

            [agents.pipe]
            kind = "command"
            command = "rev | tac"
            shell = true

            [agents.guide]
            kind = "guide"
            """)
        #expect(problems == [])
        #expect(settings.host == "0.0.0.0")
        #expect(settings.port == 8099)
        #expect(settings.prefix == "/parley/v0")
        #expect(settings.store == folder.path + "/chats/server.sqlite")
        #expect(settings.limits == [.bodySize: 65536, .backgroundTurns: 2])
        var model = ServerSettings.Model(url: "https://models.example.org/v1", model: "big")
        model.key = .environment("MODEL_KEY")
        model.system = "You review."
        model.temperature = 1
        model.topP = 0.5
        model.maxTokens = 100
        model.history = 1000
        model.connectTimeout = 1
        model.firstByteTimeout = 2
        model.silenceTimeout = 3
        var program = ServerSettings.Program(words: [folder.path + "/bin/count", "-w"], input: .json)
        program.folder = folder.path + "/work"
        program.timeout = 5
        program.history = 9
        let pipe = ServerSettings.Program(words: ["/bin/sh", "-c", "rev | tac"])
        #expect(
            settings.agents == [
                .init(
                    key: "review", name: "Reviewer", description: "Reads changes.",
                    hex: "60d0fe4f5311236168a109ca", id: 7, welcome: "Show me a change.",
                    suggestions: ["What is a change?"], kind: .openAI(model)),
                .init(key: "count", kind: .command(program)), .init(key: "pipe", kind: .command(pipe)),
                .init(key: "guide", kind: .guide),
            ])
    }

    @Test func noFileIsNoProblem() throws {
        let folder = try TemporaryFolder()
        let (settings, problems) = ServerSettings.load(from: folder.folders)
        #expect(settings == ServerSettings())
        #expect(settings.agents == nil)
        #expect(problems == [])
    }

    private static let file = "~/.config/parley/server.toml"

    @Test(arguments: [
        BadServerFile(
            "prot = 1", #"\#(file):1: Unknown key "prot". Did you mean "port"?"#),
        BadServerFile(
            "port = 70000",
            #"\#(file):1: "port" has to be a whole number from 0 to 65535. Write it as in port = 4477"#),
        BadServerFile(
            "port = 4.5",
            #"\#(file):1: "port" is a number; it has to be a whole number from 0 to 65535. Write it as in port = 4477"#
        ),
        BadServerFile(
            #"host = "http://x""#,
            #"\#(file):1: The host "http://x" is not an address. Write it as in host = "127.0.0.1""#),
        BadServerFile(
            #"prefix = "a b""#,
            #"\#(file):1: The prefix "a b" is not a path. Begin it with a slash, with letters, digits, -, _, . and ~ between slashes, as in prefix = "/agents""#
        ),
        BadServerFile(
            "[limits]\nbody-sise = 1",
            #"\#(file):2: Unknown key "body-sise" in [limits]. Did you mean "body-size"?"#),
        BadServerFile(
            "[limits]\nbackground-turns = 0",
            #"\#(file):2: "background-turns" has to be a whole number from 1 to 256. Write it as in background-turns = 1"#
        ),
        BadServerFile(
            "[agents.a]\nkind = \"openia\"\n[agents.guide]\nkind = \"guide\"",
            #"\#(file):2: There is no kind "openia" of agent. Did you mean "openai"?"#, agents: ["guide"]),
        BadServerFile(
            "[agents.a]\nname = \"A\"\n[agents.guide]\nkind = \"guide\"",
            #"\#(file):1: There is no kind in agent "a". Add kind = "…" with one of: guide, demo, openai, command."#,
            agents: ["guide"]),
        BadServerFile(
            "[agents.guide]\nkind = \"guide\"\nmodel = \"x\"",
            #"\#(file):3: Unknown key "model" in agent "guide" of kind guide. There are: kind, name, description, hex, id, welcome, suggestions."#,
            agents: ["guide"]),
        BadServerFile(
            "[agents.\"a b\"]\nkind = \"guide\"",
            #"\#(file):1: "a b" cannot be the key of an agent. It may have 1 to 50 letters, digits, - and _, as in [agents.reviewer]."#,
            #"\#(file):1: No agent here can be used, so the guide answers. Write one as in [agents.guide] with kind = "guide"."#,
            agents: []),
        BadServerFile(
            "[agents.m]\nkind = \"openai\"\nurl = \"ftp://x\"\n[agents.guide]\nkind = \"guide\"",
            #"\#(file):3: The url of agent "m" has to begin with https:// or http://. Write it as in url = "http://127.0.0.1:11434/v1""#,
            #"\#(file):1: There is no model in agent "m". Add model = "llama3.2""#, agents: ["guide"]),
        BadServerFile(
            "[agents.m]\nkind = \"openai\"\nurl = \"https://x\"\nmodel = \"y\"\ntemperature = \"hot\"",
            #"\#(file):5: "temperature" is a string; it has to be a number from 0.0 to 2.0. Write it as in temperature = 0.7"#,
            agents: ["m"]),
        BadServerFile(
            "[agents.m]\nkind = \"openai\"\nurl = \"https://x\"\nmodel = \"y\"\nkey-env = \"a b\"\n[agents.guide]\nkind = \"guide\"",
            #"\#(file):5: key-env has to be the name of an environment variable. Write it as in key-env = "LYZR_API_KEY""#,
            agents: ["guide"]),
        BadServerFile(
            "[agents.c]\nkind = \"command\"\ncommand = \"wc -w\"\n[agents.guide]\nkind = \"guide\"",
            #"\#(file):3: The command of agent "c" is a string; it has to be a list of strings. Write it as in command = ["fortune", "-s"], or add shell = true to have a shell run it."#,
            agents: ["guide"]),
        BadServerFile(
            "[agents.c]\nkind = \"command\"\ncommand = [\"wc\"]\nshell = true\n[agents.guide]\nkind = \"guide\"",
            #"\#(file):3: With shell = true, the command of agent "c" has to be one string. Write it as in command = "fortune | head -1", or leave out shell."#,
            agents: ["guide"]),
        BadServerFile(
            "[agents.c]\nkind = \"command\"\ncommand = []\n[agents.guide]\nkind = \"guide\"",
            #"\#(file):3: The command of agent "c" names no program. Write it as in command = ["fortune", "-s"]"#,
            agents: ["guide"]),
        BadServerFile(
            "[agents.c]\nkind = \"command\"\ncommand = [\"wc\"]\ninput = \"jsn\"",
            #"\#(file):4: The input of agent "c" cannot be "jsn". Did you mean "json"?"#, agents: ["c"]),
        BadServerFile(
            "[agents.a]\nkind = \"guide\"\nhex = \"12\"",
            #"\#(file):3: The hex of agent "a" has to be 24 hexadecimal digits. Write it as in hex = "60d0fe4f5311236168a109ca", or leave it out and the server generates one."#,
            agents: ["a"]),
        BadServerFile(
            "[agents.a]\nkind = \"guide\"\nid = 3\n[agents.b]\nkind = \"guide\"\nid = 3",
            #"\#(file):4: The agents "a" and "b" have the same hex or id. Change one; until then the first counts."#,
            agents: ["a"]),
        BadServerFile(
            "agents = 1",
            #"\#(file):1: "agents" is a number; it has to be a table. Write it as in [agents.guide]"#),
    ])
    func whatIsWrongIsToldAndTheRestIsUsed(bad: BadServerFile) throws {
        let (settings, problems, _) = try load(bad.text)
        #expect(problems == bad.problems)
        #expect(settings.agents?.map(\.key) == bad.agents)
    }

    @Test func secretInAWrongPlaceIsNotRepeated() throws {
        let (_, problems, _) = try load(
            "[agents.m]\nkind = \"openai\"\nurl = \"https://me:hunter2@x\"\nmodel = \"y\"\nkey-env = \"hunter2 \""
        )
        #expect(problems.count == 3)
        #expect(!problems.joined().contains("hunter2"))
    }
}
