import Foundation

/// A command with its arguments, as the argument parser describes it.
struct CommandDescription: Decodable, Sendable {
    var commandName: String
    var superCommands: [String]?
    var shouldDisplay: Bool
    var abstract: String?
    var discussion: String?
    var subcommands: [CommandDescription]?
    var arguments: [Argument]?

    struct Argument: Decodable, Sendable {
        enum Kind: String, Decodable, Sendable {
            case positional, option, flag
        }

        struct Name: Decodable, Sendable {
            enum Kind: String, Decodable, Sendable {
                case long, short, longWithSingleDash
            }

            var kind: Kind
            var name: String

            /// As it is typed.
            var text: String { (kind == .long ? "--" : "-") + name }
        }

        var kind: Kind
        var shouldDisplay: Bool
        var isOptional: Bool
        var isRepeating: Bool
        /// Short ones first.
        var names: [Name]?
        var valueName: String?
        var defaultValue: String?
        var abstract: String?
        var discussion: String?
    }

    private struct Dump: Decodable {
        var command: CommandDescription
    }

    /// The program with all its subcommands, the one for help included.
    static func program() throws -> CommandDescription {
        try JSONDecoder().decode(Dump.self, from: Data(Parley._dumpHelp().utf8)).command
    }

    /// The words that run it: `parley serve keys`.
    var words: [String] { (superCommands ?? []) + [commandName] }

    /// The arguments that its help lists.
    var shownArguments: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }

    var shownSubcommands: [CommandDescription] { (subcommands ?? []).filter(\.shouldDisplay) }

    /// This command and all below it, but for the one that prints help.
    var all: [CommandDescription] {
        [self] + shownSubcommands.filter { $0.commandName != "help" }.flatMap(\.all)
    }
}
