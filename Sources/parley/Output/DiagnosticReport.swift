import AgentClient
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
    init(_ diagnostic: Diagnostic, of account: AccountName) {
        self.init(
            account: account, subject: diagnostic.subject.name, ok: diagnostic.verdict != .wrong,
            unknown: diagnostic.verdict == .unknown, text: diagnostic.text)
    }
}
