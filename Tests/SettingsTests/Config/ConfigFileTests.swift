import Foundation
import Settings
import TestSupport
import Testing

@Suite struct ConfigFileTests {
    @Test(arguments: [
        ("", "theme = \"ember\"\n"),
        ("# mine\n[accounts.a]\nx = 1\n", "theme = \"ember\"\n\n# mine\n[accounts.a]\nx = 1\n"),
        (
            "# mine\ntheme   =  'auto'   # why\n\n[accounts.a]\ntheme = \"x\"\n",
            "# mine\ntheme   =  \"ember\"   # why\n\n[accounts.a]\ntheme = \"x\"\n"
        ),
        ("theme = \"auto\"\r\n# c\r\n", "theme = \"ember\"\r\n# c\r\n"),
        ("# c\r\n", "theme = \"ember\"\r\n\r\n# c\r\n"),
        ("[accounts.theme]\ntheme = \"x\"", "theme = \"ember\"\n\n[accounts.theme]\ntheme = \"x\""),
        ("\u{FEFF}theme = 7", "\u{FEFF}theme = \"ember\""),
        ("\"theme\" = \"\"\"\nauto\"\"\"\nx = 1", "\"theme\" = \"ember\"\nx = 1"),
    ])
    func onlyTheThemeChanges(before: String, after: String) throws {
        let folder = try TemporaryFolder()
        if !before.isEmpty { try folder.write(before, to: ".config/parley/config.toml", mode: 0o640) }
        try ConfigFile(folder.folders).setTheme("ember")
        #expect(try Data(folder.read(".config/parley/config.toml").utf8) == Data(after.utf8))
        #expect(try folder.mode(".config/parley/config.toml") == (before.isEmpty ? 0o600 : 0o640))
        #expect(Config.load(from: folder.folders, environment: [:]).0.theme == "ember")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.folders.config)
        #expect(left == ["config.toml"])
    }

    @Test func anyNameComesBackAsItWas() throws {
        let folder = try TemporaryFolder()
        for name in ["a\"b\\c", "tab\tline\n", "é😀", "\u{7F}\u{1}"] {
            try ConfigFile(folder.folders).setTheme(name)
            #expect(Config.load(from: folder.folders, environment: [:]).0.theme == name)
        }
    }

    @Test func aSymbolicLinkStaysOne() throws {
        let folder = try TemporaryFolder()
        try folder.write("theme = \"auto\"\n", to: "dotfiles/parley.toml")
        try folder.folders.make(folder.folders.config)
        try FileManager.default.createSymbolicLink(
            atPath: folder.folders.configFile, withDestinationPath: folder.path + "/dotfiles/parley.toml")
        try ConfigFile(folder.folders).setTheme("dusk")
        #expect(try folder.read("dotfiles/parley.toml") == "theme = \"dusk\"\n")
        let destination = try FileManager.default.destinationOfSymbolicLink(atPath: folder.folders.configFile)
        #expect(destination == folder.path + "/dotfiles/parley.toml")
    }

    @Test func aBrokenFileIsLeftAlone() throws {
        let folder = try TemporaryFolder()
        try folder.write("theme = \n", to: ".config/parley/config.toml")
        let error = #expect(throws: Problem.self) { try ConfigFile(folder.folders).setTheme("dusk") }
        #expect(error?.line == 1)
        #expect(error?.message.hasPrefix("The theme was not saved. This is not valid TOML.") == true)
        #expect(try folder.read(".config/parley/config.toml") == "theme = \n")
    }

    @Test func aFolderThatCannotBeMadeIsTold() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: ".config")
        #expect(throws: Problem.self) { try ConfigFile(folder.folders).setTheme("dusk") }
    }
}

@Suite struct AddedAccountTests {
    private static let account = Config.Account(
        name: "work", service: .vectara, url: "https://api.vectara.io",
        key: .command(["pass", "show", "a \"b\""]),
        user: "", agents: [.init(id: "support", name: "Support \\ desk"), .init(id: "plain", name: "plain")])
    private static let lines = """
        [accounts.work]
        service = "vectara"
        key-command = ["pass", "show", "a \\"b\\""]
        agents = [ { id = "support", name = "Support \\\\ desk" }, { id = "plain" } ]

        """

    @Test(arguments: [
        ("", lines),
        ("# mine\ntheme = 'dusk'   # why", "# mine\ntheme = 'dusk'   # why\n\n" + lines),
        ("theme = \"dusk\"\r\n", "theme = \"dusk\"\r\n\r\n" + lines.replacing("\n", with: "\r\n")),
        (
            "accounts.old.service = \"lyzr\"\naccounts.old.key-env = \"K\"\n",
            "accounts.old.service = \"lyzr\"\naccounts.old.key-env = \"K\"\n\n" + lines
        ),
    ])
    func itStandsAtTheEndAndIsReadBack(before: String, after: String) throws {
        let folder = try TemporaryFolder()
        if !before.isEmpty { try folder.write(before, to: ".config/parley/config.toml") }
        try ConfigFile(folder.folders).add(Self.account)
        #expect(try Data(folder.read(".config/parley/config.toml").utf8) == Data(after.utf8))
        let (config, problems) = Config.load(from: folder.folders, environment: [:])
        #expect(problems == [])
        var expected = Self.account
        expected.user = "parley"
        #expect(config.accounts.last == expected)
    }

    @Test(arguments: [
        ("[accounts.work]\nservice = \"lyzr\"\n", "There is an account \"work\" already."),
        ("accounts = { other = { service = \"lyzr\" } }\n", "The accounts are written as one value"),
        ("[accounts.\n", "The account was not saved. This is not valid TOML."),
    ])
    func whatHasNoPlaceForItIsLeftAlone(before: String, message: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(before, to: ".config/parley/config.toml")
        let problem = #expect(throws: Problem.self) { try ConfigFile(folder.folders).add(Self.account) }
        #expect(problem?.message.hasPrefix(message) == true, "\(problem?.message ?? "")")
        #expect(try folder.read(".config/parley/config.toml") == before)
    }

    @Test func aKeyThatWasTypedGoesIntoAFileOfItsOwn() async throws {
        let folder = try TemporaryFolder()
        try folder.write("another\n", to: ".config/parley/work.key")
        let source = try Config.Account.KeySource.keep("s3cret", for: "work", in: folder.folders)
        #expect(source == .file(folder.folders.config + "/work-2.key"))
        #expect(try folder.mode(".config/parley/work-2.key") == 0o600)
        #expect(try folder.read(".config/parley/work.key") == "another\n")
        #expect(try await source.key(environment: [:]) == "s3cret")
        source.discard()
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.folders.config)
        #expect(left == ["work.key"])
    }

    @Test(arguments: [
        ("pass show lyzr", ["pass", "show", "lyzr"]), ("  a  'b c' ", ["a", "b c"]),
        (#"a "b \"c\"" d\ e ''"#, ["a", "b \"c\"", "d e", ""]), ("", []), ("a 'b", nil), ("a \\", nil),
    ])
    func aCommandIsReadAsAShellWouldReadIt(line: String, words: [String]?) {
        #expect(Config.Account.KeySource.words(of: line) == words)
    }
}
