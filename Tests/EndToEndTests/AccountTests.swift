import Foundation
import TestSupport
import Testing

/// Accounts of the config, one for each service, at servers in processes of their own: keys from every source, one task list,
/// and the doctor.
@Suite(.ownThread) struct AccountTests {
    private static let services = ["lyzr", "chat-tasks", "aui", "vectara"]

    /// A home with four accounts, whose keys come from the environment, a file and a command.
    private struct FourAccounts {
        let home: TestHome
        let server: ServeProcess
        /// A server for Vectara alone, whose account would list the conversations of all others at the same one.
        let library: ServeProcess
        private let elsewhere: TestHome

        init() throws {
            home = try TestHome()
            elsewhere = try TestHome()
            server = try home.serve()
            library = try elsewhere.serve()
            try AccountTests.configure(home, server, library)
        }

        var environment: [String: String] {
            ["MY_KEY": server.key, "LIBRARY_KEY": library.key, "TERM": "xterm-256color"]
        }

        func host(of service: String) -> Substring { service == "vectara" ? library.host : server.host }
    }

    private static func configure(
        _ home: TestHome, _ server: ServeProcess, _ library: ServeProcess
    ) throws {
        try home.write(server.key + "\n", to: ".config/parley/aui.key", mode: 0o600)
        try home.write("#!/bin/sh\necho \(server.key)\n", to: "print-key", mode: 0o700)
        try home.write(
            """
            [accounts.lyzr]
            service = "lyzr"
            url = "\(server.address)"
            key-env = "MY_KEY"
            user = "lyzr-user"
            agents = [ { id = "\(server.agentHex)", name = "Support" } ]

            [accounts.chat-tasks]
            service = "chat-tasks"
            url = "\(server.address)"
            key-command = ["\(home.path)/print-key"]
            agents = [ { id = 1, name = "Runner" } ]

            [accounts.aui]
            service = "aui"
            url = "\(server.address)"
            key-file = "aui.key"
            user = "aui-user"

            [accounts.vectara]
            service = "vectara"
            url = "\(library.address)"
            key-env = "LIBRARY_KEY"
            agents = [ { id = "guide", name = "Searcher" } ]
            """, to: ".config/parley/config.toml")
    }

    @Test func everyServiceRepliesInOneTaskList() throws {
        let accounts = try FourAccounts()
        let (home, environment) = (accounts.home, accounts.environment)
        for service in Self.services {
            let sent = try home.run(
                ["send", "--account", service, "Say hello to \(service)"], environment: environment)
            #expect(sent.status == 0, "\(sent.errors)")
            #expect(sent.output.count > 20)
        }
        let list = try home.run(["tasks"])
        for service in Self.services { #expect(list.output.contains("\t\(service)\t"), "\(list.output)") }

        let session = try home.open(columns: 120, environment: environment)
        try session.waitFor("a task of each service") { screen in
            Self.services.allSatisfy { service in
                (0..<screen.rows).contains { screen.row($0).contains("Say hello to \(service)".prefix(16)) }
            }
        }
        // Each conversation continues.
        for service in Self.services {
            session.type(Keys.control("s") + "hello to \(service)" + Keys.enter)
            try session.waitFor("the task of \(service)") { $0.row(0).contains("┬ Say hello to \(service)") }
            session.type("Which themes are there?" + Keys.enter)
            try session.waitFor("the second answer of \(service)") {
                $0.text.contains("\(service) · ") && !$0.isStreaming && $0.text.contains("contrast-light")
            }
        }
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    // MARK: The doctor

    @Test func theDoctorFindsNothingWrong() throws {
        let accounts = try FourAccounts()
        let (home, environment) = (accounts.home, accounts.environment)
        let outcome = try home.run(["doctor"], environment: environment)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(!outcome.output.contains("wrong\t"))
        // One line for each account, and the built-in one.
        for account in Self.services + ["local"] {
            let lines = outcome.output.split(separator: "\n").filter { $0.contains("\t\(account): ") }
            #expect(lines.count == 1, "\(lines)")
            #expect(
                lines.first?.hasPrefix("ok\t\(account): well\treachable, tls, clock, key") == true, "\(lines)"
            )
        }
        #expect(outcome.output.contains("ok\tterminal\txterm-256color: 256 colours"))
        #expect(!outcome.output.contains(accounts.server.key))

        let json = try home.run(["doctor", "--json"], environment: environment)
        let diagnostics = try JSONDecoder().decode([Diagnostic].self, from: Data(json.output.utf8))
        #expect(diagnostics.allSatisfy { $0.ok })
        #expect(Set(diagnostics.compactMap(\.account)) == Set(Self.services + ["local"]))
        let key = diagnostics.first { $0.account == "chat-tasks" && $0.subject == "key" }
        #expect(key?.text.contains("accepts the key from the command \(home.path)/print-key.") == true)
        #expect(
            diagnostics.first { $0.account == "vectara" && $0.subject == "agent Searcher" }?.unknown == false)
    }

    private struct Diagnostic: Decodable {
        var account: String?
        var subject: String
        var ok: Bool
        var unknown: Bool
        var text: String
    }

    @Test func theReportForAnErrorHasNoKeys() throws {
        let accounts = try FourAccounts()
        let (home, environment) = (accounts.home, accounts.environment)
        let sent = try home.run(
            ["send", "--account", "lyzr", "a private question"], environment: environment)
        #expect(sent.status == 0, "\(sent.errors)")
        let report = try home.run(["doctor", "--report"], environment: environment)
        #expect(report.status == 0)
        for part in [
            "parley 0.", "SQLite 3.", "ncurses 6.", "TERM=xterm-256color", "ok  lyzr: key",
            "key  from the environment variable MY_KEY", "info turns: sending", "info turns: done",
        ] {
            #expect(report.output.contains(part), "\(part) in \(report.output)")
        }
        for secret in [accounts.server.key, accounts.library.key, "private question"] {
            #expect(!report.output.contains(secret))
            #expect(try !home.read(".local/state/parley/parley.log").contains(secret))
        }
    }

    @Test func theDoctorSaysWhatToChange() throws {
        let accounts = try FourAccounts()
        let home = accounts.home
        let wrong = "xag_abcdef_00000000000000000000000000000000"
        let outcome = try home.run(
            ["doctor"], environment: ["MY_KEY": wrong, "LIBRARY_KEY": wrong, "TERM": "no-such-terminal"])
        #expect(outcome.status == 1)
        #expect(
            outcome.output.contains(
                "wrong\tterminal\tThe terminal type “no-such-terminal” (TERM) is unknown."))
        for service in ["lyzr", "vectara"] {
            #expect(
                outcome.output.contains(
                    "wrong\t\(service): key\t\(accounts.host(of: service)) refused the key of account “\(service)”. It comes from the environment variable \(service == "lyzr" ? "MY_KEY" : "LIBRARY_KEY"): check it there."
                ))
            #expect(!outcome.output.contains("\t\(service): agent"))
        }
        #expect(outcome.output.contains("ok\taui: well\t"))
        #expect(!outcome.output.contains(wrong))

        #expect(accounts.server.stop() == 0)
        #expect(accounts.library.stop() == 0)
        let closed = try [accounts.server, accounts.library].map { try ClosedPort(port: $0.port) }
        defer { withExtendedLifetime(closed) {} }
        let away = try home.run(["doctor"], environment: accounts.environment)
        #expect(away.status == 1)
        for service in Self.services {
            #expect(
                away.output.contains(
                    "wrong\t\(service): reachable\tNothing listens at \(accounts.host(of: service)): connection refused. Check the network and the url of account “\(service)”."
                ))
            #expect(!away.output.contains("\t\(service): key"))
        }
    }

    // MARK: Problems of the config

    @Test func aKeyFileThatOthersCanReadIsNotUsed() throws {
        let accounts = try FourAccounts()
        let (home, environment) = (accounts.home, accounts.environment)
        try home.write(accounts.server.key, to: ".config/parley/aui.key", mode: 0o644)
        let outcome = try home.run(["send", "--account", "aui", "hi"], environment: environment)
        #expect(outcome.status == 1)
        let words = "aui.key can be used by others (its mode is 0644). Run: chmod 600 "
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        let doctor = try home.run(["doctor"], environment: environment)
        #expect(
            doctor.output.contains("wrong\tconfig\t~/.config/parley/config.toml:17: The key file"),
            "\(doctor.output)")
        #expect(doctor.output.contains("wrong\taui: key\t"))
        #expect(doctor.output.contains("ok\tlyzr: well\t"))
    }

    @Test func everyErrorHasItsFileAndLine() throws {
        let home = try TestHome()
        try home.write(
            """
            [accounts.one]
            service = "chat-tasks"
            url = "http://127.0.0.1:1"
            key-env = "A"
            agents = [ { id = "seven" } ]

            [accounts.two]
            service = "vectara"
            key-env = "B"
            agents = [ { id = "not a key" } ]

            [accounts.three]
            service = "chat-tasks"
            url = "http://127.0.0.1:1"
            key-env = "C"

            [accounts.four]
            service = "vektara"
            key-env = "D"
            """, to: ".config/parley/config.toml")
        let outcome = try home.run(["config"])
        #expect(outcome.status == 78)
        let lines = outcome.errors.split(separator: "\n").map {
            $0.replacing("parley: ~/.config/parley/", with: "")
        }
        #expect(
            lines == [
                "config.toml:5: The id \"seven\" of an agent is not a number, as chat-tasks needs. Write it as in agents = [ { id = 7, name = \"Support\" } ]",
                "config.toml:10: The id \"not a key\" of an agent is not a key of vectara, which has letters, digits, _ and - only. Write it as in agents = [ { id = \"customer_support\", name = \"Support\" } ]",
                "config.toml:12: There is no agent in account \"three\", and chat-tasks does not list any. Add agents = [ { id = 7, name = \"Support\" } ]",
                "config.toml:18: There is no service \"vektara\". Did you mean \"vectara\"?",
            ])
    }
}
