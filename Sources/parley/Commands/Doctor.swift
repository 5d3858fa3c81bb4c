import ArgumentParser

/// `parley doctor`
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Check the files, the terminal, each account and the models of server.toml, and say what to change.",
        discussion: """
            For each account it checks the connection to the service, its certificate, the clock, the key and the agents; nothing \
            is sent to an agent. A model server is asked which models it has. ✓ is fine, ✗ has to be changed, and ? cannot be \
            known without sending a message. An account that is well takes one line; --json has every check. The exit status \
            is 1 when something has to be changed.
            """)

    @Flag(
        help:
            "Print a report for troubleshooting: versions, checks, settings and the end of the log."
    )
    var report = false

    @OptionGroup var format: JSONOption
    @OptionGroup var config: ConfigOption

    func run() async throws {
        let context = ProgramContext(config: config.file)
        var diagnostics = ProgramDiagnostics(context: context)
        diagnostics.checkFiles()
        diagnostics.checkTerminal()
        await diagnostics.checkAccounts()
        await diagnostics.checkModels()
        let reports = diagnostics.reports
        if report {
            return try Output.standard.write(ProblemReport(context: context, checks: reports).text)
        }
        if format.json {
            try Output.standard.write(json: reports)
        } else {
            try write(reports)
        }
        if reports.contains(where: { !$0.ok }) { throw ExitCode(ExitStatus.Status.failed) }
    }

    private func write(_ reports: [DiagnosticReport]) throws {
        var table = Table()
        for report in DiagnosticReport.abridged(reports) {
            table.add([
                .init(report.mark.sign, report.ok ? .dim : .bold, whole: report.mark.word),
                .init([report.account, report.subject].compactMap(\.self).joined(separator: ": ")),
                .init(report.text),
            ])
        }
        try table.write(to: .standard)
    }
}
