import ArgumentParser
import ChatUI
import Settings

/// `parley config`
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show what the config and server.toml say, and what is wrong with them.",
        discussion: """
            Keys are never shown, only where they come from. The exit status is 78 when something is wrong with the config, \
            the keys, a theme or a language, so that a script can check them.
            """)

    @Flag(help: "Print an example config.toml to start from.")
    var example = false

    @OptionGroup var format: JSONOption
    @OptionGroup var config: ConfigOption

    /// The config in `--json` output.
    struct ConfigReport: Encodable {
        struct Account: Encodable {
            var name: String
            var service: String
            var url: String
            var key: String
            var user: String
            var agents: [Agent]
        }
        struct Agent: Encodable {
            var id: String
            var name: String
        }
        struct Server: Encodable {
            var file: String
            var host: String
            var port: Int
            var prefix: String
            /// Empty if the file names none: then there are the guide, the demo and the models found on this computer.
            var agents: [ServerAgent]
        }
        struct ServerAgent: Encodable {
            var key: String
            var name: String
            var kind: String
        }
        var file: String
        var theme: String
        var colors: String
        /// In columns; nil for a share of the window's.
        var listWidth: Int?
        var listAgents: Bool
        /// In columns; nil for all there are.
        var textWidth: Int?
        /// In lines; nil if nothing is folded.
        var foldLines: Int?
        var times: String
        var clock: Int
        var statusLine: [String]
        var hints: Bool
        var mouse: Bool
        var confirmQuit: Bool
        var bell: Bool
        var notify: String
        /// In megabytes.
        var replyLimit: Int
        var pollsPerSecond: Int
        /// Whether the local server is an account too.
        var local: Bool
        var accounts: [Account]
        var server: Server
        /// What `keys.toml` binds.
        var keys: [KeyExplanation.Report]
        var problems: [String]
    }

    func run() throws {
        if example { return try Output.standard.write(Self.exampleText) }
        let context = ProgramContext(config: config.file)
        let problems = context.allProblems
        let report = Self.report(on: context, problems: problems)
        if format.json {
            try Output.standard.write(json: report)
        } else {
            try Self.table(report).write(to: .standard)
            for problem in problems { Output.error.report(problem.description) }
        }
        if !problems.isEmpty { throw ExitCode(ExitStatus.Status.config) }
    }

    static func report(on context: ProgramContext, problems: [Problem]) -> ConfigReport {
        let accounts = context.config.accounts.map { account in
            ConfigReport.Account(
                name: account.name, service: account.service.rawValue, url: account.url,
                key: account.key.description,
                user: account.user, agents: account.agents.map { .init(id: $0.id, name: $0.name) })
        }
        let appearance = context.config.appearance
        return ConfigReport(
            file: context.configName, theme: context.config.theme,
            colors: appearance.colors?.rawValue ?? "auto",
            listWidth: appearance.listWidth, listAgents: appearance.listAgents,
            textWidth: appearance.textWidth, foldLines: appearance.foldLines,
            times: appearance.times.rawValue, clock: appearance.clock.rawValue,
            statusLine: appearance.statusLine.map(\.rawValue), hints: appearance.hints,
            mouse: appearance.mouse,
            confirmQuit: appearance.confirmQuit,
            bell: context.config.alerts.bell, notify: context.config.alerts.notifications.description,
            replyLimit: context.config.replyLimit, pollsPerSecond: context.config.pollsPerSecond,
            local: context.offersLocal, accounts: accounts,
            server: server(of: context), keys: keys(of: context),
            problems: problems.map(\.description))
    }

    private static func keys(of context: ProgramContext) -> [KeyExplanation.Report] {
        let (bindings, _) = KeyBinding.load(from: context.folders)
        let explanation = KeyExplanation(
            keymap: Keymap.make(bindings: bindings).0, bindings: bindings,
            file: context.folders.display(context.folders.keysFile))
        return bindings.map { explanation.report(on: $0.sequence) }
    }

    private static func server(of context: ProgramContext) -> ConfigReport.Server {
        let settings = context.server.settings
        let agents = (settings.agents ?? []).map { agent in
            ConfigReport.ServerAgent(
                key: agent.key, name: agent.name ?? agent.key, kind: agent.kind.description)
        }
        return ConfigReport.Server(
            file: context.folders.display(context.folders.serverFile), host: settings.host,
            port: settings.port,
            prefix: settings.prefix, agents: agents)
    }

    static func table(_ report: ConfigReport) -> Table {
        var table = Table()
        table.add([.init("config"), .init(report.file)])
        table.add([.init("theme"), .init(report.theme)])
        table.add([.init("colors"), .init(report.colors)])
        func add(_ key: String, _ isOn: Bool) { table.add([.init(key), .init(isOn ? "on" : "off")]) }
        table.add([.init("list-width"), .init(report.listWidth.map(String.init) ?? "auto")])
        add("list-agents", report.listAgents)
        table.add([.init("text-width"), .init(report.textWidth.map(String.init) ?? "full")])
        table.add([.init("fold-lines"), .init(report.foldLines.map(String.init) ?? "off")])
        table.add([.init("times"), .init(report.times)])
        table.add([.init("clock"), .init(String(report.clock))])
        table.add([.init("status-line"), .init(report.statusLine.joined(separator: " "))])
        add("hints", report.hints)
        add("mouse", report.mouse)
        add("confirm-quit", report.confirmQuit)
        add("bell", report.bell)
        table.add([.init("notify"), .init(report.notify)])
        table.add([.init("reply-limit"), .init("\(report.replyLimit) MB")])
        table.add([.init("polls per second"), .init(String(report.pollsPerSecond))])
        for account in report.accounts {
            table.add([.init("account"), .init(account.name, .bold)])
            table.add([.init("  service"), .init(account.service)])
            table.add([.init("  url"), .init(account.url)])
            table.add([.init("  key"), .init("from " + account.key)])
            table.add([.init("  user"), .init(account.user)])
            for agent in account.agents {
                table.add([.init("  agent"), .init("\(agent.name) (\(agent.id))")])
            }
        }
        if report.local { table.add([.init("account"), .init("local", .bold), .init("the server below")]) }
        if !report.local, report.accounts.isEmpty { table.add([.init("account"), .init("none")]) }
        table.add([.init("server"), .init(report.server.file)])
        table.add([.init("  address"), .init(address(of: report.server))])
        for agent in report.server.agents {
            table.add([.init("  agent"), .init("\(agent.name) (\(agent.key)): \(agent.kind)")])
        }
        if report.server.agents.isEmpty {
            table.add([.init("  agent"), .init("the guide, the demo, and models found on this computer")])
        }
        for keys in report.keys { table.add([.init("key"), .init(keys.keys), .init(description(of: keys))]) }
        return table
    }

    private static func description(of keys: KeyExplanation.Report) -> String {
        let lost = keys.takesAway.map { $0.action + ($0.left.isEmpty ? " (no other key)" : "") }
        return (keys.bound ?? "nothing")
            + (lost.isEmpty ? "" : ", in place of " + lost.joined(separator: ", "))
    }

    private static func address(of server: ConfigReport.Server) -> String {
        let host = server.host.contains(":") ? "[\(server.host)]" : server.host
        return "\(host):\(server.port)\(server.prefix)"
    }

    static let exampleText = """
        # The config of parley: ~/.config/parley/config.toml. It counts as soon as it is saved, also while parley runs; colors,
        # reply-limit and polls-per-second count from the next start.

        # A name from `parley themes`, or auto: the terminal's own colours.
        theme = "auto"

        # The colours to use: auto (what the terminal says), truecolor, 256, 16, 8, or none.
        colors = "auto"

        # The columns of the task list, 16 to 200, or auto: a share of the window's.
        list-width = "auto"

        # Whether the list names account and agent in a second row below each task.
        list-agents = false

        # The columns of a row of running text at most, 20 to 1000, or full: all there are. Code and tables use all.
        text-width = 100

        # The lines above which a block of code or a message of yours is folded, from 10 on, or off: none ever is.
        fold-lines = 60

        # How the list shows when something was: absolute (14:02, Fri, 3 Nov) or relative (5 min, 3 d).
        times = "absolute"

        # The hours of the clock: 24 or 12.
        clock = 24

        # What the status bar shows, in this order.
        status-line = ["account", "agent", "mode", "attention", "running", "help"]

        # Whether keys are named where they can be used.
        hints = true

        # Whether wheel and clicks of the mouse are Parley's; with Shift they stay the terminal's.
        mouse = false

        # Whether quitting asks first while a reply arrives that would break off.
        confirm-quit = true

        # Whether the terminal's bell rings when a turn ends and you do not look.
        bell = true

        # How a notification is shown then, if the terminal is not in front: auto (by the control sequence that your terminal knows), osc9,
        # osc777, osc99, off, or a program that gets title and text as its last arguments, such as ["notify-send", "--app-name=Parley"].
        notify = "auto"

        # The most megabytes of one reply that are received and kept, 1 to 1024. A longer one is cut off.
        reply-limit = 64

        # How many requests a second may ask for the state of background turns, however many run. The task on the screen is asked
        # about beside them.
        polls-per-second = 20

        # Parley's own server is the last account, called local. false hides it.
        local = true

        # One table for each account; its name is yours to choose.
        #
        # [accounts.support]
        # service = "lyzr"                              # lyzr, chat-tasks, aui or vectara
        # key-env = "LYZR_API_KEY"                      # an environment variable holds the key,
        # # key-command = ["pass", "show", "lyzr"]      # or a program prints it,
        # # key-file = "lyzr.key"                       # or a file has it (chmod 600).
        # # ca-file = "~/ca.pem"                        # Certificate authorities that are trusted besides the system's.
        # # insecure = true                             # Allows http:// to another machine: others can read key and messages.
        # url = "https://agent.api.lyzr.app"            # Only if it is not the service's default.
        # user = "user123"                              # Your name at the service; your login name by default.
        # agents = [ { id = "60d0fe4f5311236168a109ca", name = "Support" }, { id = "66a1b2c3d4e5f60718293a4b", name = "Sales" } ]
        #
        # [accounts.runner]
        # service = "chat-tasks"
        # url = "https://agents.example.org"            # This service has no default.
        # key-env = "RUNNER_KEY"
        # agents = [ { id = 7, name = "Runner" } ]      # The agent that the key belongs to.
        #
        # [accounts.shop]
        # service = "aui"                               # The key belongs to one agent, which need not be named.
        # key-command = ["secret-tool", "lookup", "service", "aui"]
        #
        # [accounts.docs]
        # service = "vectara"                           # The service lists its agents.
        # key-env = "VECTARA_API_KEY"

        """
}
