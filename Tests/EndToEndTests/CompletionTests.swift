import Foundation
import TestSupport
import Testing

/// The completions in the shells themselves.
@Suite(.ownThread) struct CompletionTests {
    static func isInstalled(_ program: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/" + program)
    }

    private static let hostile = "$(touch pwned); \"a\" 'b': c\\d"

    /// A home with two tasks, an account and a theme.
    private func home() throws -> TestHome {
        let home = try TestHome()
        for text in ["Plan a week in Lisbon", Self.hostile] {
            #expect(try home.run(["send", "--background", text]).status == 0)
        }
        try home.write(
            """
            [accounts.support]
            service = "lyzr"
            key-env = "LYZR_API_KEY"
            agents = [ { id = "60d0fe4f5311236168a109ca", name = "Support" } ]
            """, to: ".config/parley/config.toml")
        return home
    }

    private var path: String {
        URL(fileURLWithPath: BuiltPrograms.path("parley")).deletingLastPathComponent().path + ":/usr/bin:/bin"
    }

    private func run(_ shell: String, _ arguments: [String], in home: TestHome) throws -> Set<String> {
        var environment = home.environment
        environment["PATH"] = path
        environment["LC_ALL"] = "C.UTF-8"
        let outcome = try Command(
            shell, arguments, environment: environment, directory: home.path
        ).run()
        #expect(outcome.errors == "")
        return Set(outcome.output.split(separator: "\n").map(String.init))
    }

    // MARK: bash

    private func bash(_ words: [String], in home: TestHome) throws -> Set<String> {
        let line = words.joined(separator: " ")
        let script = """
            source <(parley --generate-completion-script bash)
            COMP_LINE=\(quoted(line)); COMP_POINT=${#COMP_LINE}
            COMP_WORDS=(\(words.map(quoted).joined(separator: " "))); COMP_CWORD=\(words.count - 1)
            complete -p parley >/dev/null && _parley parley \(quoted(words.last ?? "")) \(quoted(words.dropLast().last ?? ""))
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        return try run("/bin/bash", ["--norc", "-c", script], in: home)
    }

    private func quoted(_ word: String) -> String { "'" + word.replacing("'", with: "'\\''") + "'" }

    @Test func bashCompletesCommandsOptionsAndNames() throws {
        let home = try home()
        #expect(try bash(["parley", "s"], in: home) == ["send", "show", "search", "serve"])
        #expect(try bash(["parley", "themes", "--u"], in: home) == ["--use"])
        #expect(try bash(["parley", "themes", "--use", "em"], in: home) == ["ember"])
        #expect(try bash(["parley", "send", "--account", ""], in: home) == ["support", "local"])
        #expect(try bash(["parley", "send", "--account", "support", "--agent", ""], in: home) == ["Support"])
        #expect(try bash(["parley", "man", "config"], in: home) == ["config", "config.5"])
        #expect(try bash(["parley", "show", ""], in: home) == ["Plan a week in Lisbon", Self.hostile])
        #expect(!FileManager.default.fileExists(atPath: home.path + "/pwned"))
    }

    // MARK: fish

    @Test(.enabled(if: isInstalled("fish"), "fish is not installed"))
    func fishCompletesCommandsOptionsAndNames() throws {
        let home = try home()
        let session = try TerminalSession(
            executable: "/usr/bin/fish",
            arguments: [
                "--no-config", "--init-command",
                "function fish_prompt; echo -n 'ready> '; end; parley --generate-completion-script fish | source",
            ],
            environment: home.environment.merging(["PATH": path, "LC_ALL": "C.UTF-8"]) { $1 },
            columns: 100, rows: 40, directory: home.path)
        try session.waitFor(text: "ready>")
        try completeNames(in: session)
        #expect(!FileManager.default.fileExists(atPath: home.path + "/pwned"))
    }

    /// What both shells complete in the same way, in a line that is begun anew for each.
    private func completeNames(in session: TerminalSession) throws {
        session.type("parley them\t")
        try session.waitFor(text: "ready> parley themes")
        session.type("--use em\t")
        try session.waitFor(text: "--use ember")
        session.type("\u{15}parley send --account supp\t")
        try session.waitFor(text: "--account support")
        session.type("--agent Sup\t")
        try session.waitFor(text: "--agent Support")
        session.type("\u{15}parley show Pl\t")
        try session.waitFor(text: "parley show Plan\\ a\\ week\\ in\\ Lisbon")
        // The ids, each with its title.
        session.type("\u{15}parley show \t")
        try session.waitFor("the ids with their titles") { screen in
            (0..<screen.rows).contains { screen.row($0).contains(/[0-9a-f]{8} .*Plan a week in Lisbon/) }
        }
        session.type("\u{3}\u{15}exit\r")
        _ = try session.waitForExit()
    }

    // MARK: zsh

    @Test(.enabled(if: isInstalled("zsh"), "zsh is not installed"))
    func zshCompletesCommandsOptionsAndNames() throws {
        let home = try home()
        try home.write(
            """
            autoload -U compinit && compinit -u -d \(home.path)/.zcompdump
            source <(parley --generate-completion-script zsh)
            PS1='ready> '
            """, to: ".zshrc")
        let session = try TerminalSession(
            executable: "/usr/bin/zsh", arguments: ["-d", "-i"],
            environment: home.environment.merging(["PATH": path, "LC_ALL": "C.UTF-8", "ZDOTDIR": home.path]) {
                $1
            },
            columns: 100, rows: 40, directory: home.path)
        try session.waitFor(text: "ready>")
        try completeNames(in: session)
        #expect(!FileManager.default.fileExists(atPath: home.path + "/pwned"))
    }
}
