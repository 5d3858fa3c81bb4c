import Foundation
import TestSupport

/// The program with a few tasks, as its pictures show it: in a home of its own, with agents of its own server.
struct Scene {
    let session: TerminalSession

    init(theme: String) throws {
        let home = try TemporaryFolder()
        let description = try Self.describeTerminal(in: home)
        try home.write("theme = \"\(theme)\"\nhints = true\n", to: ".config/parley/config.toml")
        try home.write(Self.agents(answer: home.file("reply.md")), to: ".config/parley/server.toml")
        try home.write(Self.reply, to: "reply.md")
        session = try TerminalSession(
            executable: BuiltPrograms.path("parley"),
            environment: [
                "HOME": home.path, "PATH": "/usr/bin:/bin", "TZ": "UTC", "LOGNAME": "ada",
                "TERM": "parley-picture", "COLORTERM": "truecolor", "TERMINFO": description,
                "TERMINFO_DIRS": "/etc/terminfo:/lib/terminfo:/usr/share/terminfo",
            ],
            columns: 100, rows: 30, directory: home.path)
        session.folder = home
    }

    /// libvterm does not tell dim text. This terminal draws it as blinking text, of which there is none.
    /// - Returns: the folder of its description.
    private static func describeTerminal(in home: TemporaryFolder) throws -> String {
        let source = """
            parley-picture|for pictures,
            	dim=\\E[5m,
            	sgr=%?%p9%t\\E(0%e\\E(B%;\\E[0%?%p6%t;1%;%?%p5%t;5%;%?%p2%t;4%;%?%p1%p3%|%t;7%;%?%p4%t;5%;%?%p7%t;8%;m,
            	use=xterm-256color,
            """
        let file = try home.write(source, to: "terminal")
        let folder = home.file("terminfo")
        let outcome = try Command(
            "/usr/bin/env", ["tic", "-x", "-o", folder, file], environment: ["PATH": "/usr/bin:/bin"]
        ).run()
        guard outcome.status == 0 else { throw Failed(description: "tic: \(outcome.errors)") }
        return folder
    }

    struct Failed: Error, CustomStringConvertible { var description: String }

    // MARK: What happens

    func play() throws {
        // The first message is said in the task that there is: an empty one beside it would be listed now and then.
        try session.waitFor(text: "Message to Demo")
        try say("Which cards are there?", until: "the cards") {
            $0.text.contains("Long Way Home") && Self.marks($0).hasPrefix(" ")
        }
        try say("Try what may fail", to: "demo", until: "the failure") { Self.marks($0).hasPrefix("✗") }
        try say("Do a job of 900 s", to: "demo", until: "the job") { $0.text.contains("1 running") }
        try say("Use your tools", to: "demo", until: "the message") { $0.text.contains("search_catalogue") }
        try open("scout")
        try session.waitFor("the answer elsewhere") {
            Self.marks($0).hasPrefix("● …✗ ") && $0.text.contains("1 running")
        }
        session.type("Which database for a small service? And a script to back it up.\r")
        try session.waitFor("the end of the reply") {
            $0.text.contains("exit 1") && $0.row(1).contains("Which") && Self.marks($0).hasPrefix(" ●")
        }
        session.type("And how do I restore one?")
        try session.waitFor("the next message") { $0.row(29).hasSuffix("restore one?") }
    }

    private func open(_ agent: String) throws {
        session.type("/new-task \(agent)\r")
        try session.waitFor("a new task with \(agent)") { screen in
            screen.text.lowercased().contains("message to \(agent)")
        }
    }

    private func say(
        _ text: String, to agent: String? = nil, until what: String, _ condition: (VTermScreen) -> Bool
    ) throws {
        if let agent { try open(agent) }
        session.type(text + "\r")
        try session.waitFor(what, until: condition)
    }

    /// The marks of the tasks in the list.
    private static func marks(_ screen: VTermScreen) -> String {
        (1..<screen.rows - 2).map { screen.cell(row: $0, column: 1).text }.joined()
    }

    // MARK: What is seen

    /// The cells of each row, with one time for all, so that the same pictures come from every run.
    var rows: [[VTermScreen.Cell]] {
        let screen = session.screen
        return (0..<screen.rows).map { row in
            var cells = (0..<screen.columns).map { screen.cell(row: row, column: $0) }
            Self.setTime(in: &cells)
            Self.setDate(in: &cells)
            return cells
        }
    }

    private static func setTime(in cells: inout [VTermScreen.Cell]) {
        for column in cells.indices.dropLast(4) {
            let isTime = zip(cells[column..<column + 5], "dd:dd").allSatisfy { cell, form in
                form == ":" ? cell.text == ":" : cell.text.first?.isNumber == true
            }
            guard isTime else { continue }
            for (offset, digit) in "14:02".enumerated() { cells[column + offset].text = String(digit) }
        }
    }

    /// The day above a conversation, in a line that goes to the end of the row.
    private static func setDate(in cells: inout [VTermScreen.Cell]) {
        let text = cells.map { $0.text.isEmpty ? " " : $0.text.prefix(1) }.joined()
        guard let date = text.firstMatch(of: /[A-Z][a-z]+day \d{1,2} [A-Z][a-z]{2} \d{4}/) else { return }
        let start = text.distance(from: text.startIndex, to: date.range.lowerBound)
        let end = text.lastIndex(of: "─").map { text.distance(from: text.startIndex, to: $0) + 1 } ?? start
        let line = "Saturday 14 Mar 2026 ".padding(toLength: max(0, end - start), withPad: "─", startingAt: 0)
        for (offset, character) in line.enumerated() { cells[start + offset].text = String(character) }
    }

    private static func agents(answer: String) -> String {
        """
        [agents.demo]
        kind = "demo"

        [agents.scout]
        kind = "command"
        name = "Scout"
        command = ["cat", "\(answer)"]
        """
    }

    private static let reply = """
        **SQLite**, as long as one program writes. Two things decide:

        - how many processes *write at the same time*,
        - whether the data has to outlive the machine.

        | store      | writers | backup       | needs    |
        |------------|--------:|--------------|----------|
        | SQLite     |       1 | copy a file  | nothing  |
        | PostgreSQL |    many | `pg_dump`    | a server |

        The script, to be run once a day:

        ```sh
        # A consistent copy, also while the service writes.
        for db in "$HOME"/data/*.sqlite; do
            sqlite3 "$db" ".backup '$db.bak'" || exit 1
        done
        ```

        """
}
