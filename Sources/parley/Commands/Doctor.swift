import ArgumentParser
import Foundation
import SessionCore
import Settings

/// `parley doctor`
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the files, the terminal and each account, and say what to change.",
        discussion: "Nothing is sent to an agent. The exit status is 1 when something has to be changed.")

    @OptionGroup var format: JSONOption
    @OptionGroup var options: SetupOptions

    func run() async throws {
        let setup = Setup(config: options.config)
        var checkup = Checkup(setup: setup)
        checkup.checkFiles()
        checkup.checkTerminal()
        await checkup.checkAccounts()
        if format.json {
            try Output.standard.write(JSON.text(checkup.findings))
        } else {
            try write(checkup.findings)
        }
        if checkup.findings.contains(where: { !$0.ok }) { throw ExitCode(Ending.Status.failed) }
    }

    private func write(_ findings: [Finding]) throws {
        var table = Table()
        for finding in findings {
            table.add([
                .init(finding.ok ? "✓" : "✗", finding.ok ? .dim : .bold, whole: finding.ok ? "ok" : "wrong"),
                .init(finding.subject), .init(finding.text),
            ])
        }
        try table.write(to: .standard)
    }
}

/// One thing that was looked at, as `--json` gives it.
struct Finding: Encodable {
    var subject: String
    var ok: Bool
    /// What was found, and where something is wrong what to change.
    var text: String
}

/// Looks at everything that a person can get wrong.
private struct Checkup {
    let setup: Setup
    private(set) var findings: [Finding] = []

    init(setup: Setup) { self.setup = setup }

    mutating func checkFiles() {
        let problems = setup.allProblems
        for problem in problems { add("config", false, problem.description) }
        if problems.isEmpty { add("config", true, setup.configName) }
        do {
            _ = try setup.openStore()
            add("store", true, setup.folders.display(setup.folders.database))
        } catch {
            add("store", false, "\(error)")
        }
        do throws(Problem) {
            try setup.folders.make(setup.folders.state)
            add("log", true, setup.folders.display(setup.folders.logFile))
        } catch {
            add("log", false, error.description)
        }
    }

    mutating func checkTerminal() {
        let environment = setup.environment
        let term = environment["TERM"] ?? ""
        add(
            "terminal", !term.isEmpty && term != "dumb",
            term.isEmpty ? "TERM is not set; the interface needs it." : "TERM is \(term)")
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty }
        let isUTF8 = locale.map { $0.lowercased().replacing("-", with: "").contains("utf8") } ?? true
        add(
            "locale", isUTF8,
            isUTF8
                ? locale ?? "none; UTF-8 is used" : "\(locale ?? "") is not UTF-8. Set LANG to C.UTF-8, say.")
    }

    /// Gets each account's key, and lists its tasks or agents where the service can.
    mutating func checkAccounts() async {
        if setup.config.accounts.isEmpty {
            add("accounts", true, "no account in the config: the local server is used")
        }
        var locked: Set<String> = []
        for account in setup.config.accounts {
            do {
                _ = try await account.key.key(environment: setup.environment)
                add("key of \(account.name)", true, "from \(account.key)")
            } catch {
                locked.insert(account.name)
                add("key of \(account.name)", false, "\(error)")
            }
        }
        do {
            let workspace = try await Workspace.open(setup)
            for problem in workspace.problems.dropFirst(setup.problems.count) {
                add("account", false, problem.description)
            }
            for account in workspace.accounts where !locked.contains(account.name) { await check(account) }
            await workspace.close()
        } catch {
            add("accounts", false, (error as? ServiceError)?.message ?? "\(error)")
        }
    }

    private mutating func check(_ account: Workspace.Account) async {
        do {
            if account.service.capabilities.contains(.listsTasks) {
                let page = try await account.service.tasks(page: nil)
                add(
                    "account \(account.name)", true, "answers; \(page.elements.count) tasks on its first page"
                )
            } else if account.service.capabilities.contains(.listsAgents) {
                let agents = try await account.service.agents()
                add("account \(account.name)", true, "answers; \(agents.count) agents")
            }
        } catch {
            let error = error as? ServiceError
            add(
                "account \(account.name)", false,
                [error?.message, error?.detail].compactMap(\.self).joined(separator: " "))
        }
        if account.agents.isEmpty, !account.service.capabilities.contains(.listsAgents) {
            add(
                "agents of \(account.name)", false,
                "The config names none. Add agents = [ { id = \"…\", name = \"…\" } ] to the account.")
        }
    }

    private mutating func add(_ subject: String, _ ok: Bool, _ text: String) {
        findings.append(Finding(subject: subject, ok: ok, text: text))
    }
}
