import Foundation
import Settings
import TestSupport
import Testing

@testable import parley

/// The manual is the README: it describes what the program has, and nothing else.
@Suite(.ownThread) struct ManualTests {
    private let readme: String

    init() throws {
        readme = try String(contentsOf: SourceTree.root.appending(path: "README.md"), encoding: .utf8)
    }

    /// A picture of the screen is at the top, one of each theme below, and each of them is there.
    @Test func itsPicturesExist() throws {
        let pictures = readme.matches(of: /!\[[^\]]+\]\(([^)]+)\)/).map { String($0.1) }
        let themes = ThemeCatalog().all.map { "themes/previews/\($0.name).svg" }
        #expect(pictures.first.map(themes.contains) == true)
        #expect(pictures.dropFirst().sorted() == themes.sorted())
        for picture in pictures { #expect(try SourceTree.text(picture).hasPrefix("<svg")) }
    }

    @Test func everySubcommandIsInIt() {
        for command in Parley.configuration.subcommands where command.self != Open.self {
            let name = command.configuration.commandName ?? "\(command)".lowercased()
            #expect(readme.contains("| `parley \(name)"), "\(name)")
        }
    }

    @Test func everyThemeIsInIt() {
        for theme in ThemeCatalog().all { #expect(readme.contains("`\(theme.name)`"), "\(theme.name)") }
    }

    /// Every example of a file loads without a problem.
    @Test func itsExamplesAreRight() throws {
        let home = try TestHome()
        let examples = readme.components(separatedBy: "```toml\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        #expect(examples.count == 5)
        for example in examples {
            let file =
                example.contains("[accounts")
                ? "config.toml"
                : example.contains("[agents")
                    ? "server.toml"
                    : example.contains("[keys]")
                        ? "keys.toml" : example.contains("[styles]") ? "themes/my.toml" : "languages/my.toml"
            try home.write(example, to: ".config/parley/" + file)
        }
        let config = try home.run(["config"])
        #expect(config.errors == "")
        #expect(config.status == 0)
        #expect(config.output.contains("account\tsupport\n"))
    }

    @Test func theExampleOfTheConfigCommandIsRight() throws {
        let home = try TestHome()
        // The key file that the example names.
        try home.write("key\n", to: ".config/parley/runner.key", mode: 0o600)
        let example = try home.run(["config", "--example"])
        #expect(example.status == 0)
        for text in [
            example.output, example.output.replacing(/(?m)^# (\[|[a-z-]+ =)/) { String($0.output.1) },
        ] {
            try home.write(text, to: ".config/parley/config.toml")
            #expect(try home.run(["config"]).status == 0)
        }
    }

    @Test func theExampleOfTheServeCommandIsRight() throws {
        let home = try TestHome()
        let example = try home.run(["serve", "--example"])
        #expect(example.status == 0)
        for text in [
            example.output, example.output.replacing(/(?m)^# (\[|[a-z-]+ =)/) { String($0.output.1) },
        ] {
            try home.write(text, to: ".config/parley/server.toml")
            let checked = try home.run(["config"])
            #expect(checked.errors == "")
            #expect(checked.status == 0)
        }
    }

    /// The two set-ups differ only in what the tests need.
    @Test func bothCommandsSetUpTheSame() {
        let blocks = readme.components(separatedBy: "```sh\nas_root=").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        #expect(blocks.count == 2)
        let setups = blocks.map { $0.split(separator: "\n").dropLast() }
        let ofTests = [" fish", " libvterm-dev", " man-db", " mandoc", " zsh"]
        let other = setups.last.map { lines in
            lines.map { line in ofTests.reduce(String(line)) { $0.replacing($1, with: "") } }
        }
        #expect(setups.first.map { $0.map(String.init) } == other)
        #expect(
            blocks.compactMap { $0.split(separator: "\n").last } == [
                "swift run -c release parley", "swift test",
            ])
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
        self[..<(lastIndex { !predicate($0) }.map(index(after:)) ?? startIndex)]
    }
}
