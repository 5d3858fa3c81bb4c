import Foundation
import Settings
import TestSupport
import Testing

/// One wrong `config.toml` and what is said about it.
struct BadConfig: Sendable, CustomTestStringConvertible {
    var text: String
    var problems: [String]
    var accounts: [String] = []
    var testDescription: String { text }

    init(_ text: String, _ problems: String..., accounts: [String] = []) {
        self.text = text
        self.problems = problems
        self.accounts = accounts
    }
}

@Suite struct ConfigTests {
    private func load(_ text: String, environment: [String: String] = ["USER": "ann"]) throws -> (
        Config, [String]
    ) {
        let folder = try TemporaryFolder()
        try folder.write(text, to: ".config/parley/config.toml")
        try folder.write("secret", to: "good.key", mode: 0o600)
        try folder.write("secret", to: "open.key", mode: 0o644)
        let (config, problems) = Config.load(from: folder.folders, environment: environment)
        return (config, problems.map(\.description))
    }

    @Test func aWholeFileIsRead() throws {
        let (config, problems) = try load(
            """
            theme = "ember"
            reply-limit = 8
            polls-per-second = 5

            [accounts.work]
            service = "vectara"
            url = "https://example.org:8443/vectara"
            key-command = ["pass", "show", "vectara"]
            user = "ann@example.org"
            agents = [ { id = "a1", name = "One" }, { id = 7 } ]

            [accounts.support]
            service = "lyzr"
            key-env = "LYZR_API_KEY"

            [accounts.shop]
            service = "aui"
            key-file = "~/good.key"

            [accounts.team]
            service = "chat-tasks"
            url = "http://localhost:8080"
            key-env = "TEAM_KEY"
            agents = [ { id = 7 } ]
            """)
        #expect(problems == [])
        #expect(config.theme == "ember")
        #expect(config.replyLimit == 8)
        #expect(config.pollsPerSecond == 5)
        #expect(config.accounts.map(\.name) == ["work", "support", "shop", "team"])
        let work = try #require(config.accounts.first)
        #expect(work.service == .vectara)
        #expect(work.url == "https://example.org:8443/vectara")
        #expect(work.key == .command(["pass", "show", "vectara"]))
        #expect(work.user == "ann@example.org")
        #expect(work.agents == [.init(id: "a1", name: "One"), .init(id: "7", name: "7")])
        #expect(config.accounts[1].url == "https://agent.api.lyzr.app")
        #expect(config.accounts[1].user == "ann")
        #expect(config.accounts[2].url == "https://data-services.aui.io/api/ia-controller")
        #expect(config.accounts[2].agents == [.init(id: "shop", name: "shop")])
        #expect(config.accounts[3].url == "http://localhost:8080")
    }

    @Test func anAddressWithoutEncryptionNeedsAWord() throws {
        let account = """
            [accounts.a]
            service = "vectara"
            url = "http://agents.example.org"
            key-env = "K"

            """
        let (refused, problems) = try load(account)
        #expect(refused.accounts.isEmpty)
        #expect(refused.hasUnusableAccounts)
        #expect(refused.keyVariables == ["K"])
        #expect(
            problems == [
                "~/.config/parley/config.toml:3: The url of account \"a\" begins with http://, so others on the network could "
                    + "read the key and the messages. Let it begin with https://, or add insecure = true if you trust the "
                    + "network."
            ])
        let (allowed, none) = try load(account + "insecure = true\n")
        #expect(none == [])
        #expect(allowed.accounts.map(\.isInsecure) == [true])
        for host in ["localhost", "127.0.0.1:8080", "[::1]"] {
            #expect(try load(account.replacing("agents.example.org", with: host)).1 == [])
        }
        #expect(try load(account + "insecure = \"yes\"\n").1.count == 2)
    }

    @Test func theLocalServerIsHiddenOnlyByAWord() throws {
        #expect(try load("theme = \"auto\"\n").0.showsLocal)
        let (hidden, none) = try load("local = false\n")
        #expect(none == [])
        #expect(!hidden.showsLocal)
        let (kept, problems) = try load("local = \"no\"\n")
        #expect(kept.showsLocal)
        #expect(problems.count == 1)
    }

    @Test func noFileIsNoProblem() throws {
        let folder = try TemporaryFolder()
        let (config, problems) = Config.load(from: folder.folders, environment: [:])
        #expect(config == Config())
        #expect(config.theme == "auto")
        #expect(problems == [])
    }

    @Test func aFileThatIsNamedHasToExist() throws {
        let folder = try TemporaryFolder()
        let (config, problems) = Config.load(
            from: folder.folders, file: folder.path + "/my.toml", environment: [:])
        #expect(config.theme == "auto")
        #expect(config.accounts == [])
        #expect(config.hasUnusableAccounts)
        #expect(
            problems.map(\.description) == ["~/my.toml: The file cannot be read: no such file or directory."])
    }

    @Test func theUserComesFromTheEnvironment() throws {
        let text = "[accounts.a]\nservice = \"lyzr\"\nkey-env = \"K\""
        #expect(try load(text, environment: ["LOGNAME": "bob"]).0.accounts.first?.user == "bob")
        #expect(try load(text, environment: [:]).0.accounts.first?.user == "parley")
    }

    private static let base = "service = \"lyzr\"\nkey-env = \"K\"\n"

    @Test(arguments: [
        BadConfig(
            "tehme = \"dark\"",
            "~/.config/parley/config.toml:1: Unknown key \"tehme\". Did you mean \"theme\"?"),
        BadConfig(
            "paper = 1",
            "~/.config/parley/config.toml:1: Unknown key \"paper\". There are: theme, colors, list-width, list-agents, text-width, fold-lines, times, clock, status-line, hints, mouse, confirm-quit, bell, notify, reply-limit, polls-per-second, local, accounts."
        ),
        BadConfig(
            "reply-limit = 0",
            "~/.config/parley/config.toml:1: \"reply-limit\" has to be a whole number from 1 to 1024. Write it as in reply-limit = 64"
        ),
        BadConfig(
            "\ntheme = 7",
            "~/.config/parley/config.toml:2: \"theme\" is a number; it has to be a string. Write it as in theme = \"auto\""
        ),
        BadConfig(
            "polls-per-second = 0",
            "~/.config/parley/config.toml:1: \"polls-per-second\" has to be a whole number from 1 to 1000. "
                + "Write it as in polls-per-second = 20"),
        BadConfig(
            "theme = 2026-01-01",
            "~/.config/parley/config.toml:1: \"theme\" is a date; it has to be a string. Write it as in theme = \"auto\""
        ),
        BadConfig(
            "accounts = 7",
            "~/.config/parley/config.toml:1: \"accounts\" is a number; it has to be a table. Write it as in [accounts.support]"
        ),
        BadConfig(
            "accounts.a = 7\n[accounts.b]\n" + base,
            "~/.config/parley/config.toml:1: \"a\" is a number; it has to be a table. Write it as in [accounts.support]",
            accounts: ["b"]),
        BadConfig(
            "[accounts.a]\n" + base + "sevice = \"x\"",
            "~/.config/parley/config.toml:4: Unknown key \"sevice\" in account \"a\". Did you mean \"service\"?",
            accounts: ["a"]),
        BadConfig(
            "[accounts.a]\n" + base + "key_file = \"x\"",
            "~/.config/parley/config.toml:4: Unknown key \"key_file\" in account \"a\". Did you mean \"key-file\"?",
            accounts: ["a"]),
        BadConfig(
            "[accounts.a]\nkey-env = \"K\"",
            "~/.config/parley/config.toml:1: There is no service in account \"a\". "
                + "Add service = \"…\" with one of: lyzr, chat-tasks, aui, vectara."),
        BadConfig(
            "[accounts.a]\nservice = \"lyzer\"\nkey-env = \"K\"",
            "~/.config/parley/config.toml:2: There is no service \"lyzer\". Did you mean \"lyzr\"?"),
        BadConfig(
            "[accounts.a]\nservice = \"chat-tasks\"\nkey-env = \"K\"\nagents = [ { id = 7 } ]",
            "~/.config/parley/config.toml:1: There is no url in account \"a\", and chat-tasks has no default. "
                + "Add url = \"https://agents.example.org\""),
        BadConfig(
            "[accounts.a]\n" + base + "url = \"agents.example.org\"",
            "~/.config/parley/config.toml:4: The url of account \"a\" has to begin with https:// or http://. "
                + "Write it as in url = \"https://agents.example.org\""),
        BadConfig(
            "[accounts.a]\n" + base + "url = \"https://\"",
            "~/.config/parley/config.toml:4: The url of account \"a\" names no host. "
                + "Write it as in url = \"https://agents.example.org\""),
        BadConfig(
            "[accounts.a]\n" + base + "url = \"https://me:pass@example.org\"",
            "~/.config/parley/config.toml:4: The url of account \"a\" holds a user name or password, which belongs in "
                + "key-env, key-command or key-file. Write it as in url = \"https://agents.example.org\""),
        BadConfig(
            "[accounts.a]\n" + base + "url = \"https://exa mple.org\"",
            "~/.config/parley/config.toml:4: The url of account \"a\" has characters that no address has. "
                + "Write it as in url = \"https://agents.example.org\""),
        BadConfig(
            "[accounts.a]\n" + base + "url = \"https://example.org/?key=1\"",
            "~/.config/parley/config.toml:4: The url of account \"a\" must end with the path, without ? or #. "
                + "Write it as in url = \"https://agents.example.org\""),
        BadConfig(
            "[accounts.a]\n" + base + "url = [\"x\"]",
            "~/.config/parley/config.toml:4: \"url\" is a list of other things; it has to be a string. "
                + "Write it as in url = \"https://agents.example.org\""),
        BadConfig(
            "[accounts.a]\nservice = \"lyzr\"",
            "~/.config/parley/config.toml:1: There is no key in account \"a\". "
                + "Add key-env = \"VARIABLE\", key-command = [\"program\", \"argument\"] or key-file = \"path\"."
        ),
        BadConfig(
            "[accounts.a]\n" + base + "key-command = [\"pass\"]",
            "~/.config/parley/config.toml:4: There is more than one key in account \"a\": key-env, key-command. "
                + "Leave one; until then key-env is taken.", accounts: ["a"]),
        BadConfig(
            "[accounts.a]\nservice = \"lyzr\"\nkey-env = \"my key=12\"",
            "~/.config/parley/config.toml:3: key-env has to be the name of an environment variable. "
                + "Write it as in key-env = \"LYZR_API_KEY\""),
        BadConfig(
            "[accounts.a]\nservice = \"lyzr\"\nkey-command = \"pass show lyzr\"",
            "~/.config/parley/config.toml:3: \"key-command\" is a string; it has to be a list of strings. "
                + "Write it as in key-command = [\"pass\", \"show\", \"lyzr\"]"),
        BadConfig(
            "[accounts.a]\nservice = \"lyzr\"\nkey-command = [\"pass\", 1]",
            "~/.config/parley/config.toml:3: \"key-command\" is a list of other things; it has to be a list of strings. "
                + "Write it as in key-command = [\"pass\", \"show\", \"lyzr\"]"),
        BadConfig(
            "[accounts.a]\nservice = \"lyzr\"\nkey-command = []",
            "~/.config/parley/config.toml:3: key-command names no program. "
                + "Write it as in key-command = [\"pass\", \"show\", \"lyzr\"]"),
        BadConfig(
            "[accounts.a]\nservice = \"lyzr\"\nkey-file = \"~/open.key\"",
            "~/.config/parley/config.toml:3: The key file ~/open.key can be used by others (its mode is 0644). "
                + "Run: chmod 600 ~/open.key", accounts: ["a"]),
        BadConfig(
            "[accounts.a]\nservice = \"lyzr\"\nkey-file = \"a.key\"",
            "~/.config/parley/config.toml:3: The key file ~/.config/parley/a.key cannot be read: no such file or directory. "
                + "Put the key in it and run: chmod 600 ~/.config/parley/a.key", accounts: ["a"]),
        BadConfig(
            "[accounts.a]\nservice = \"lyzr\"\nkey-file = \"~/\"",
            "~/.config/parley/config.toml:3: The key file ~/ is not a file. Name a file that holds the key.",
            accounts: ["a"]),
        BadConfig(
            "[accounts.a]\n" + base + "agents = \"x\"",
            "~/.config/parley/config.toml:4: \"agents\" is a string; it has to be a list. "
                + "Write it as in agents = [ { id = \"60d0fe4f5311236168a109ca\", name = \"Support\" } ]",
            accounts: ["a"]),
        BadConfig(
            "[accounts.a]\n" + base
                + "agents = [\n  { id = \"1\", nmae = \"x\" },\n  { id = \"1\" },\n  { name = \"y\" } ]",
            "~/.config/parley/config.toml:5: Unknown key \"nmae\" in an agent of account \"a\". Did you mean \"name\"?",
            "~/.config/parley/config.toml:6: The agent \"1\" is in account \"a\" twice. The first one counts.",
            "~/.config/parley/config.toml:7: An agent of account \"a\" has no id. "
                + "Write it as in agents = [ { id = \"60d0fe4f5311236168a109ca\", name = \"Support\" } ]",
            accounts: ["a"]),
        BadConfig(
            "[accounts.a]\n" + base + "[accounts.a]\n" + base,
            "~/.config/parley/config.toml:4: This is not valid TOML. Error while parsing table header: "
                + "cannot redefine existing table 'accounts.a'. Until that is corrected the whole file is ignored."
        ),
        BadConfig(
            "theme = \"auto\"\ntheme = dark",
            "~/.config/parley/config.toml:2: This is not valid TOML. Error while parsing key-value pair: "
                + "cannot redefine existing string 'theme'. Until that is corrected the whole file is ignored."
        ),
        BadConfig(
            "[accounts.\"a\\u001b[31m\"]\n" + base,
            "~/.config/parley/config.toml:1: An account needs a name. Write it as in [accounts.support]"
        ),
        BadConfig(
            "a = 1\u{0}", "~/.config/parley/config.toml:1: There is a NUL byte here. Save it as UTF-8 text."),
    ])
    func whatCannotBeUsedIsTold(bad: BadConfig) throws {
        let (config, problems) = try load(bad.text)
        #expect(problems == bad.problems)
        #expect(config.accounts.map(\.name) == bad.accounts)
    }

    @Test func bytesThatAreNoTextAreTold() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("", to: ".config/parley/config.toml")
        try Data([0x61, 0x3D, 0x31, 0x0A, 0xFF, 0x0A]).write(to: URL(fileURLWithPath: file))
        let (_, problems) = Config.load(from: folder.folders, environment: [:])
        #expect(
            problems.map(\.description) == [
                "~/.config/parley/config.toml:2: This is not UTF-8. Save it as UTF-8 text."
            ])
    }

    @Test func aFolderInThePlaceOfTheFileIsTold() throws {
        let folder = try TemporaryFolder()
        try folder.folders.make(folder.folders.configFile)
        let (_, problems) = Config.load(from: folder.folders, environment: [:])
        #expect(
            problems.map(\.description) == [
                "~/.config/parley/config.toml: The file cannot be read: is a directory."
            ])
    }

    @Test func aPipeWithoutAWriterIsAProblem() throws {
        let folder = try TemporaryFolder()
        try folder.folders.make(folder.folders.config)
        #expect(mkfifo(folder.folders.configFile, 0o600) == 0)
        let (_, problems) = Config.load(from: folder.folders, environment: [:])
        #expect(
            problems.map(\.description) == [
                "~/.config/parley/config.toml: The file is a pipe, and nothing comes out of it."
            ])
    }

    /// As `--config <(command)` does it.
    @Test func aPipeIsReadToItsEnd() throws {
        let folder = try TemporaryFolder()
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data("theme = \"dusk\"\n".utf8))
        try pipe.fileHandleForWriting.close()
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        let (config, problems) = Config.load(from: folder.folders, file: path, environment: [:])
        #expect(config.theme == "dusk")
        #expect(problems == [])
    }

    @Test func nestingBeyondReasonIsRefusedAndNotFollowed() throws {
        let (config, problems) = try load("a = " + String(repeating: "[", count: 100_000))
        #expect(config.theme == "auto")
        #expect(config.accounts == [])
        #expect(config.hasUnusableAccounts)
        #expect(problems.count == 1)
    }
}
