import AgentClient
import Agents
import RichText
import SessionCore
import Settings
import Terminal

/// Checks everything that a person can get wrong: files, terminal, locale and accounts.
struct ProgramDiagnostics {
    private let context: ProgramContext
    private(set) var reports: [DiagnosticReport] = []

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
            let colors = context.config.appearance.colors
            add("terminal", true, try TerminalSummary(environment: environment, colors: colors).text)
        } catch {
            add("terminal", false, "\(error)")
        }
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty }
        let isASCII = Charset(environment: environment) == .ascii
        add(
            "locale", true,
            isASCII
                ? "\(locale ?? "") is not UTF-8: everything is shown in ASCII. LANG=C.UTF-8 shows all characters."
                : locale ?? "none; UTF-8 is used")
    }

    /// Examines each account from end to end.
    mutating func checkAccounts() async {
        if context.config.accounts.isEmpty {
            add(
                "accounts", context.offersLocal,
                context.offersLocal
                    ? "none in the config: the local server is used"
                    : "none: \(context.configName) has no account and hides the local server. Remove local = false."
            )
        }
        do {
            let workspace = try await Workspace.open(context)
            for problem in workspace.problems.dropFirst(context.problems.count) {
                add("account", false, problem.description)
            }
            // All at once, because one that does not answer takes its time; reported in the order of the config.
            let accounts = workspace.accounts
            let found = await withTaskGroup(of: (Int, [DiagnosticReport]).self) { group in
                for (index, account) in accounts.enumerated() {
                    group.addTask { (index, await Self.check(account)) }
                }
                var found: [Int: [DiagnosticReport]] = [:]
                for await (index, reports) in group { found[index] = reports }
                return found
            }
            reports += accounts.indices.flatMap { found[$0] ?? [] }
            await workspace.close()
        } catch {
            add("accounts", false, (error as? ServiceError)?.message ?? "\(error)")
        }
    }

    /// Examines the models of `server.toml`.
    mutating func checkModels() async {
        let agents = ServerConfigurationFactory(context, redactor: Redactor()).agents
        let found = await withTaskGroup(of: (Int, DiagnosticReport).self) { group in
            for (index, agent) in agents.enumerated() {
                guard let model = agent.agent as? any DiagnosableAgent else { continue }
                group.addTask { (index, DiagnosticReport(await model.diagnose(), of: agent)) }
            }
            return await group.reduce(into: [Int: DiagnosticReport]()) { $0[$1.0] = $1.1 }
        }
        reports += agents.indices.compactMap { found[$0] }
    }

    private static func check(_ account: Workspace.Account) async -> [DiagnosticReport] {
        var reports: [DiagnosticReport] = []
        if let service = account.service as? any Diagnosable {
            let diagnostics = (try? await service.diagnose()) ?? []
            reports += diagnostics.map { DiagnosticReport($0, of: account.name) }
        }
        if account.agents.isEmpty, !account.service.capabilities.contains(.listsAgents) {
            reports.append(
                DiagnosticReport(
                    account: account.name, subject: "agents", ok: false,
                    text:
                        "The config names none. Add agents = [ { id = \"…\", name = \"…\" } ] to the account."
                ))
        }
        return reports
    }

    private mutating func add(_ subject: String, _ ok: Bool, _ text: String) {
        reports.append(DiagnosticReport(subject: subject, ok: ok, text: text))
    }
}
