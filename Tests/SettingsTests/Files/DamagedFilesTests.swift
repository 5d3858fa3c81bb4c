import Foundation
import Settings
import TestSupport
import Testing

/// Files of settings with random damage: the rest is read, and each problem has a place in its file and can be shown.
@Suite struct DamagedFilesTests {
    private static let files: [(name: String, text: String)] = [
        (
            "config.toml",
            """
            theme = "ember"
            [accounts.work]
            service = "vectara"
            url = "https://example.org:8443/vectara"
            key-command = ["pass", "show", "vectara"]
            agents = [ { id = "a1", name = "One" }, { id = 7 } ]
            [accounts.support]
            service = "lyzr"
            key-env = "LYZR_API_KEY"

            """
        ),
        (
            "keys.toml",
            """
            [keys]
            "ctrl-g" = "quit"
            "ctrl-x ctrl-t" = "theme"
            f9 = "none"

            """
        ),
        (
            "server.toml",
            """
            host = "127.0.0.1"
            port = 4477
            [limits]
            body-size = 1000000
            [agents.sum]
            kind = "command"
            command = ["sort", "-u"]
            timeout = 10

            """
        ),
        (
            "themes/mine.toml",
            """
            name = "mine"
            variant = "dark"
            [palette]
            ink = "#f0f0f0"
            [styles]
            text = { fg = "ink", bold = true }
            input = "ink"

            """
        ),
    ]

    private func problems(of file: String, in folders: Folders) -> [Problem] {
        switch file {
        case "config.toml": Config.load(from: folders, environment: ["USER": "ann"]).1
        case "keys.toml": KeyBinding.load(from: folders).1
        case "server.toml": ServerSettings.load(from: folders).1
        default: ThemeCatalog.load(from: folders).1
        }
    }

    private func check(_ text: String, in file: String, _ folder: TemporaryFolder) throws {
        try folder.write(text, to: ".config/parley/\(file)")
        let lineCount = text.split(separator: "\n", omittingEmptySubsequences: false).count
        for problem in problems(of: file, in: folder.folders) {
            #expect((1...lineCount).contains(problem.line ?? 1), "\(problem) in \(text.debugDescription)")
            #expect(problem.description.utf8.count < 2000, "\(text.debugDescription)")
            let isSafe = problem.description.unicodeScalars.allSatisfy {
                $0 == "\n" || $0.properties.generalCategory != .control
            }
            #expect(isSafe, "\(problem.description.debugDescription)")
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func randomDamageIsReportedWithItsPlace(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for (name, text) in Self.files {
            let folder = try TemporaryFolder()
            for _ in 0..<(name.hasPrefix("themes") ? 8 : 40) {
                var bytes = Array(text.utf8)
                for _ in 0..<random.number(1...3) {
                    let start = random.number(0...bytes.count - 1)
                    let end = min(bytes.count, start + random.number(0...8))
                    bytes.replaceSubrange(start..<end, with: random.nastyBytes(random.number(0...6)))
                }
                try check(String(decoding: bytes, as: UTF8.self), in: name, folder)
            }
        }
    }

    @Test(arguments: ["[=x]", "[ ]", "[", "[[", "[[ [a]]", "  [é]", "[#"])
    func aHeaderWithoutANameIsReported(header: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("theme = \"ember\"\n\(header)\n", to: ".config/parley/config.toml")
        let (config, problems) = Config.load(from: folder.folders, environment: [:])
        #expect(problems.map(\.line) == [2], "\(problems)")
        #expect(config.hasUnusableAccounts)
    }

    @Test func linesOfTextThatLookLikeAHeaderAreText() throws {
        let folder = try TemporaryFolder()
        let text =
            "[accounts.a]\nservice = 'lyzr'\nkey-env = 'K'\nuser = \"\"\"\n[=\n[\n\"\"\"\nagents = [\n]\n"
        try folder.write(text, to: ".config/parley/config.toml")
        let (config, problems) = Config.load(from: folder.folders, environment: [:])
        #expect(problems == [])
        #expect(config.accounts.first?.user == "[=\n[\n")
    }

    @Test(arguments: [
        "[", "[[", "a=[", "a={a=", "a.", "\"", "'''", "[a.b.c]\n", "[=\n", "[\n", "[é]\n", "a = [\n[=\n",
        "a=1\n", "#", "\u{FEFF}",
    ])
    func muchOfTheSameEndsToo(piece: String) throws {
        for (name, _) in Self.files {
            try check(String(repeating: piece, count: 5000), in: name, try TemporaryFolder())
        }
    }
}
