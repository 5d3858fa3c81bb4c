import AgentClient
import ArgumentParser
import Foundation
import SessionCore
import Settings
import Terminal

/// `parley doctor`
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the files, the terminal and each account, and say what to change.",
        discussion: """
            Of each account it looks at the way to the service, its certificate, the clock, the key and the agents; nothing is sent \
            to an agent. ✓ is fine, ✗ has to be changed, and ? cannot be told without a message. The exit status is 1 when \
            something has to be changed.
            """)

    @OptionGroup var format: JSONOption
    @OptionGroup var options: ContextOptions

    func run() async throws {
        let context = ProgramContext(config: options.config)
        var checkup = Checkup(context: context)
        checkup.checkFiles()
        checkup.checkTerminal()
        await checkup.checkAccounts()
        if format.json {
            try Output.standard.write(JSON.text(checkup.findings))
        } else {
            try write(checkup.findings)
        }
        if checkup.findings.contains(where: { !$0.ok }) { throw ExitCode(ExitStatus.Status.failed) }
    }

    private func write(_ findings: [Finding]) throws {
        var table = Table()
        for finding in findings {
            table.add([
                .init(finding.mark.sign, finding.ok ? .dim : .bold, whole: finding.mark.word),
                .init([finding.account, finding.subject].compactMap(\.self).joined(separator: ": ")),
                .init(finding.text),
            ])
        }
        try table.write(to: .standard)
    }
}

/// One thing that was looked at, as `--json` gives it.
struct Finding: Encodable {
    /// The account that was looked at; nil for what is the program's own.
    var account: String?
    var subject: String
    /// Whether nothing has to be changed.
    var ok: Bool
    /// Whether it cannot be told without a message.
    var unknown = false
    /// What was found, and where something is wrong what to change.
    var text: String

    var mark: (sign: String, word: String) {
        unknown ? ("?", "unknown") : ok ? ("✓", "ok") : ("✗", "wrong")
    }
}

extension Finding {
    init(_ finding: Diagnostic, of account: AccountName) {
        self.init(
            account: account, subject: finding.subject.name, ok: finding.verdict != .wrong,
            unknown: finding.verdict == .unknown, text: finding.text)
    }
}

/// Looks at everything that a person can get wrong.
private struct Checkup {
    let context: ProgramContext
    private(set) var findings: [Finding] = []

    init(context: ProgramContext) { self.context = context }

    mutating func checkFiles() {
        let problems = context.allProblems
        for problem in problems { add("config", false, problem.description) }
        if problems.isEmpty { add("config", true, context.configName) }
        do {
            _ = try context.openStore()
            add("store", true, context.folders.display(context.folders.database))
        } catch {
            add("store", false, "\(error)")
        }
        do throws(Problem) {
            try context.folders.make(context.folders.state)
            add("log", true, context.folders.display(context.folders.logFile))
        } catch {
            add("log", false, error.description)
        }
    }

    mutating func checkTerminal() {
        let environment = context.environment
        do throws(TerminalError) {
            add("terminal", true, try TerminalSummary(environment: environment).text)
        } catch {
            add("terminal", false, "\(error)")
        }
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty }
        let isUTF8 = locale.map { $0.lowercased().replacing("-", with: "").contains("utf8") } ?? true
        add(
            "locale", isUTF8,
            isUTF8
                ? locale ?? "none; UTF-8 is used" : "\(locale ?? "") is not UTF-8. Set LANG to C.UTF-8, say.")
    }

    /// Looks at each account from end to end.
    mutating func checkAccounts() async {
        if context.config.accounts.isEmpty {
            add("accounts", true, "no account in the config: the local server is used")
        }
        do {
            let workspace = try await Workspace.open(context)
            for problem in workspace.problems.dropFirst(context.problems.count) {
                add("account", false, problem.description)
            }
            // All at once, for one that does not answer takes its time; told in the order of the config.
            let accounts = workspace.accounts
            let found = await withTaskGroup(of: (Int, [Finding]).self) { group in
                for (place, account) in accounts.enumerated() {
                    group.addTask { (place, await Self.check(account)) }
                }
                var found: [Int: [Finding]] = [:]
                for await (place, findings) in group { found[place] = findings }
                return found
            }
            findings += accounts.indices.flatMap { found[$0] ?? [] }
            await workspace.close()
        } catch {
            add("accounts", false, (error as? ServiceError)?.message ?? "\(error)")
        }
    }

    private static func check(_ account: Workspace.Account) async -> [Finding] {
        var findings: [Finding] = []
        if let service = account.service as? any Diagnosable {
            let found = (try? await service.diagnose()) ?? []
            findings += found.map { Finding($0, of: account.name) }
        }
        if account.agents.isEmpty, !account.service.capabilities.contains(.listsAgents) {
            findings.append(
                Finding(
                    account: account.name, subject: "agents", ok: false,
                    text:
                        "The config names none. Add agents = [ { id = \"…\", name = \"…\" } ] to the account."
                ))
        }
        return findings
    }

    private mutating func add(_ subject: String, _ ok: Bool, _ text: String) {
        findings.append(Finding(subject: subject, ok: ok, text: text))
    }
}
