import Agents
import Foundation
import TestSupport
import Testing

@testable import RichText
@testable import parley

/// The pages of the manual: what is in them, what formatters say to them, and how they are shown.
@Suite(.ownThread) struct ManualPageTests {
    static func isInstalled(_ program: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/" + program)
    }

    @Test func everyCommandAndFileHasAPage() throws {
        let names = try ManualPage.all().map(\.reference)
        #expect(Set(names).count == names.count)
        for command in Parley.configuration.subcommands {
            let name = command.configuration.commandName ?? "\(command)".lowercased()
            #expect(names.contains("parley-\(name)(1)"))
        }
        for name in [
            "parley(1)", "parley-serve-keys-create(1)", "parley-config(5)", "parley-keys(5)",
            "parley-theme(5)",
        ] {
            #expect(names.contains(name))
        }
    }

    /// No section is forgotten when the README gets another one.
    @Test func everySectionOfTheReadmeIsInSomePage() throws {
        let text = try ManualPage.all().map(\.source).joined().replacing("\n\\&", with: " ")
            .replacing("\n", with: " ")
        for section in ManualSection.readme where !ReadmeSections.others.contains(section.title) {
            // A section may be a table or a list alone.
            let paragraphs = section.text.split(separator: "\n\n")
            guard let first = paragraphs.first(where: { !"|-`".contains($0.first ?? "-") }) else { continue }
            let words = RoffText(markdown: String(first)).words.joined(separator: " ")
            #expect(text.contains(words), "\(section.title)")
        }
    }

    @Test func everyVariableThatIsReadIsInTheReadme() throws {
        let readme = try SourceTree.text("README.md")
        for file in SourceTree.files("Sources", extensions: ["swift", "c"]) {
            for match in file.text.matches(of: /(?:nvironment\[|getenv\()"([A-Z_]+)"/) {
                let name = String(match.1)
                // What only names the system or the terminal.
                if ["HOME", "PATH", "TERM_PROGRAM", "LC_TERMINAL", "SHELL", "TMUX", "STY"].contains(name) {
                    continue
                }
                #expect(readme.contains("`\(name)`"), "\(file.path)")
            }
        }
    }

    @Test(.enabled(if: isInstalled("mandoc"), "mandoc is not installed"))
    func mandocFindsNothingWrong() throws {
        let home = try TestHome()
        for page in try ManualPage.all() {
            try home.write(page.source, to: page.fileName)
            let outcome = try Command(
                "/usr/bin/mandoc", ["-T", "lint", home.path + "/" + page.fileName]
            ).run()
            #expect(outcome.output == "", "\(page.reference)")
            #expect(outcome.errors == "", "\(page.reference)")
        }
    }

    @Test(.enabled(if: isInstalled("man"), "man is not installed"))
    func manFindsNothingWrong() throws {
        let home = try TestHome()
        for page in try ManualPage.all() {
            try home.write(page.source, to: page.fileName)
            let outcome = try Command(
                "/usr/bin/man",
                ["--warnings", "-E", "UTF-8", "-l", "-Tutf8", home.path + "/" + page.fileName],
                environment: ["MANWIDTH": "80", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"]
            ).run()
            #expect(outcome.status == 0, "\(page.reference)")
            #expect(outcome.errors == "", "\(page.reference)")
            #expect(outcome.output.hasPrefix(page.name.uppercased() + "(\(page.section))"))
        }
    }

    // MARK: The command

    @Test(arguments: [
        (["send"], "parley-send(1)"), (["serve", "keys"], "parley-serve-keys(1)"), ([], "parley(1)"),
        (["config.5"], "parley-config(5)"), (["parley-config(5)"], "parley-config(5)"),
        (["5", "config"], "parley-config(5)"), (["config"], "parley-config(1)"),
        (["keys.toml"], "parley-keys(1)"), (["theme"], "parley-theme(5)"),
    ])
    func aPageIsFoundByWhatAPersonCallsIt(words: [String], reference: String) throws {
        #expect(try ManualPage.named(words, among: ManualPage.all()).reference == reference)
    }

    @Test func whatHasNoPageIsAnsweredWithTheNearest() throws {
        let outcome = try TestHome().run(["man", "sned"])
        #expect(outcome.status == 64)
        #expect(
            outcome.errors
                == "parley: The manual has no page “parley-sned”.\nparley: Did you mean “parley-send”? `parley man --list` lists them.\n"
        )
    }

    @Test func thePagesAreWrittenForAPackage() throws {
        let home = try TestHome()
        #expect(try home.run(["man", "--write", "pages"]).status == 0)
        let source = try home.run(["man", "--source", "5", "keys"]).output
        #expect(try home.read("pages/man5/parley-keys.5") == source)
        let pages = try home.run(["man", "--list"]).output.split(separator: "\n")
        let written = try ["man1", "man5"].flatMap {
            try FileManager.default.contentsOfDirectory(atPath: home.path + "/pages/" + $0)
        }
        #expect(written.count == pages.count)
    }

    /// Without man and mandoc the page is formatted by the program itself.
    @Test func withoutAFormatterThePageIsPrintedAsText() throws {
        let home = try TestHome()
        let outcome = try home.run(["man", "tasks"], environment: ["PATH": home.path])
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.contains("     parley-tasks - list the tasks, the most recent first"))
        #expect(lines.contains("     --account account"))
        #expect(lines.contains("            Only the tasks of this account."))
        #expect(!outcome.output.contains("\\"))
        #expect(lines.allSatisfy { $0.count <= 80 })
    }

    /// A script in place of man(1) that says how to install it is not asked.
    @Test func aPlaceholderOfManIsPassedOver() throws {
        let home = try TestHome()
        try home.write("#!/bin/sh\necho minimized\n", to: "bin/man", mode: 0o755)
        let outcome = try home.run(["man", "tasks"], environment: ["PATH": home.path + "/bin"])
        #expect(outcome.output.contains("parley-tasks - list the tasks"))
    }

    @Test(.enabled(if: isInstalled("man"), "man is not installed"))
    func onATerminalAPagerShowsThePage() throws {
        let home = try TestHome()
        let session = try home.open(
            ["man", "config.5"], environment: ["PAGER": "cat", "LC_ALL": "C.UTF-8", "LYZR_API_KEY": "secret"])
        #expect(try session.waitForExit() == .exited(0))
        #expect(session.screenText.contains("parley-server(5)"))
    }
}
