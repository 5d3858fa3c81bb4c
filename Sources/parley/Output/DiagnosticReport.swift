import AgentClient
import Agents
import SessionCore

/// One thing that `parley doctor` checked, in `--json` output.
struct DiagnosticReport: Encodable, Sendable {
    /// nil for what concerns the program and no account.
    var account: String?
    var subject: String
    /// False if something has to be changed.
    var ok: Bool
    /// True if it cannot be known without sending a message.
    var unknown = false
    /// What was found, and what to change if something is wrong.
    var text: String

    var mark: (sign: String, word: String) {
        unknown ? ("?", "unknown") : ok ? ("✓", "ok") : ("✗", "wrong")
    }
}

extension DiagnosticReport {
    /// One report in place of all those of an account in which nothing has to be changed.
    static func abridged(_ reports: [DiagnosticReport]) -> [DiagnosticReport] {
        var seen: Set<String> = []
        return reports.flatMap { report -> [DiagnosticReport] in
            guard let account = report.account else { return [report] }
            let all = reports.filter { $0.account == account }
            guard all.allSatisfy(\.ok) else { return [report] }
            return seen.insert(account).inserted ? [summary(of: all, account)] : []
        }
    }

    private static func summary(of reports: [DiagnosticReport], _ account: String) -> DiagnosticReport {
        let known = reports.filter { !$0.unknown }.map(\.subject).joined(separator: ", ")
        let open = reports.filter(\.unknown).map(\.subject).joined(separator: ", ")
        let rest = open.isEmpty ? "" : "; only a message will show: \(open)"
        return DiagnosticReport(
            account: account, subject: "well", ok: true,
            text: (known.isEmpty ? "nothing is wrong" : known) + rest)
    }

    init(_ diagnostic: Diagnostic, of account: AccountName) {
        self.init(
            account: account, subject: diagnostic.subject.name, ok: diagnostic.verdict != .wrong,
            unknown: diagnostic.verdict == .unknown, text: diagnostic.text)
    }

    init(_ diagnostic: AgentDiagnostic, of agent: AgentDefinition) {
        self.init(
            account: nil, subject: "agent \(agent.name)", ok: diagnostic.verdict != .wrong,
            unknown: diagnostic.verdict == .unknown, text: diagnostic.text)
    }
}
