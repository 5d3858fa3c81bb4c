import AgentServer
import ArgumentParser
import Foundation
import Settings

/// `parley serve keys`
struct ServeKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Create, list and revoke the keys of the local server's clients.",
        discussion: """
            A key is shown once, when it is created; the server stores only a hash of it. Changes take effect at once, also for \
            a running server.
            """,
        subcommands: [Create.self, List.self, Revoke.self], defaultSubcommand: List.self)

    /// A key, as `--json` gives it.
    private struct KeyReport: Encodable {
        /// Only on creation.
        var key: String?
        var prefix: String
        var name: String
        var agent: String?
        var permissions: [String]
        var createdAt: Date
        var lastUsedAt: Date?
        var revokedAt: Date?

        init(_ description: ServerKeys.Description, key: String? = nil) {
            self.key = key
            prefix = description.prefix
            name = description.name
            agent = description.agent
            permissions = KeyPermission.allCases.filter(description.permissions.contains).map(\.rawValue)
            createdAt = description.createdAt
            lastUsedAt = description.lastUsedAt
            revokedAt = description.revokedAt
        }
    }

    /// The keys in the store that `server.toml` names.
    private static func open() throws -> (keys: ServerKeys, server: ServerConfigurationFactory) {
        let context = ProgramContext(config: nil)
        for problem in context.server.problems { Output.error.report(problem.description) }
        let server = ServerConfigurationFactory(context, redactor: Redactor())
        return (try ServerKeys(server.store), server)
    }

    /// `parley serve keys create`
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a key and print it, this once.",
            discussion: """
                A key may chat unless --allow says otherwise: read lists agents and conversations, chat also holds \
                conversations, manage creates and changes agents, metrics reads the metrics. With --agent it works for that \
                agent alone, and has the form that the chat tasks API wants (xag_…).
                """)

        @Argument(help: "What the key is for: a name of your own.")
        var name: String

        @Option(help: "Bind it to this agent: its key or its hex id.")
        var agent: String?

        @Option(
            help: ArgumentHelp(
                "What it may do: read, chat, manage, metrics; separate several with commas.",
                valueName: "what"))
        var allow = "chat"

        @OptionGroup var format: JSONOption

        private var permissions: Set<KeyPermission>? {
            let words = allow.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            let known = words.compactMap(KeyPermission.init(rawValue:))
            return known.isEmpty || known.count < words.count ? nil : Set(known)
        }

        func validate() throws {
            guard permissions != nil else {
                throw ValidationError(
                    "--allow takes some of: \(KeyPermission.allCases.map(\.rawValue).joined(separator: ", "))."
                )
            }
            guard name.contains(where: { !$0.isWhitespace }) else {
                throw ValidationError("Give the key a name by which you recognise it.")
            }
        }

        func run() async throws {
            let (keys, server) = try ServeKeys.open()
            defer { keys.close() }
            let (key, created) = try await keys.create(
                name: name, agent: agent, permissions: permissions ?? [], configured: server.agents)
            guard !format.json else {
                return try Output.standard.write(json: KeyReport(created, key: key))
            }
            try Output.standard.line(key)
            if Output.standard.isTerminal {
                Output.error.report("Keep it now: it cannot be shown again.")
            }
        }
    }

    /// `parley serve keys list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the keys: what they may do, and when they were last used.")

        @Flag(help: "Include revoked keys.")
        var all = false

        @OptionGroup var format: JSONOption

        func run() async throws {
            let (keys, _) = try ServeKeys.open()
            defer { keys.close() }
            let reports = try await keys.list().filter { all || $0.revokedAt == nil }.map { KeyReport($0) }
            guard !format.json else { return try Output.standard.write(json: reports) }
            var table = Table()
            for report in reports { table.add(Self.row(report)) }
            try table.write(to: .standard)
            if reports.isEmpty, Output.standard.isTerminal {
                Output.error.report("There is no key. Create one with: parley serve keys create NAME")
            }
        }

        private static func row(_ key: KeyReport) -> [Table.Cell] {
            let use = key.lastUsedAt.map { "used " + LocalTime.text($0) } ?? "never used"
            return [
                .init(key.prefix, .bold), .init(key.name), .init(key.permissions.joined(separator: ",")),
                .init(key.agent ?? "every agent"), .init(key.revokedAt == nil ? use : "revoked", .dim),
            ]
        }
    }

    /// `parley serve keys revoke`
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke a key: the server rejects it from now on.")

        @Argument(help: "The key: its six letters in the list, or its name.")
        var key: String

        @OptionGroup var format: JSONOption

        func run() async throws {
            let (keys, _) = try ServeKeys.open()
            defer { keys.close() }
            let revoked = try await keys.revoke(key)
            if format.json { try Output.standard.write(json: KeyReport(revoked)) }
        }
    }
}
