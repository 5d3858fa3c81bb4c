import Foundation
import TestSupport

/// The home folder of a person on a machine that has never seen Parley, and the program started in it.
struct TestHome {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Absolute, without a slash at the end.
    var path: String { folder.path }

    /// No locale, no time zone, no keys: a test adds what it needs.
    var environment: [String: String] {
        ["HOME": path, "PATH": "/usr/bin:/bin", "TZ": "UTC", "LOGNAME": "tester"]
    }

    /// Opens the interface in a terminal.
    func open(
        _ arguments: [String] = [], columns: Int = 100, rows: Int = 30,
        environment extra: [String: String] = [:]
    ) throws -> TerminalSession {
        let session = try TerminalSession(
            executable: BuiltPrograms.path("parley"), arguments: arguments,
            environment: environment.merging(extra) { _, new in new }, columns: columns, rows: rows,
            directory: path)
        session.folder = folder
        return session
    }

    /// Runs a subcommand without a terminal and waits for its end.
    func run(
        _ arguments: [String], input: String = "", readsOutput: Bool = true,
        environment extra: [String: String] = [:]
    ) throws -> Command.Outcome {
        let command = Command(
            BuiltPrograms.path("parley"), arguments,
            environment: environment.merging(extra) { _, new in new },
            directory: path)
        return try command.run(input: input, readsOutput: readsOutput)
    }

    /// Starts the server by itself.
    /// - Parameter wrapper: the words of a program that becomes the server in the end.
    func serve(wrapper: [String] = [], environment extra: [String: String] = [:]) throws -> ServeProcess {
        let server = try ServeProcess(
            environment: environment.merging(extra) { _, new in new }, wrapper: wrapper)
        server.folder = folder
        return server
    }

    func write(_ text: String, to name: String, mode: Int = 0o644) throws {
        try folder.write(text, to: name, mode: mode)
    }

    func read(_ name: String) throws -> String { try folder.read(name) }

    func mode(_ name: String) throws -> Int? { try folder.mode(name) }
}

/// Keys as a terminal sends them.
enum Keys {
    /// Quits, also while a reply is still arriving, which Parley asks about first.
    static let quit = control("q") + control("q")
    static let enter = "\r"
    static let escape = "\u{1B}"
    static let down = "\u{1B}[B"
    static let f2 = "\u{1B}OQ"
    static let up = "\u{1B}[A"
    static func alt(_ character: Character) -> String { "\u{1B}\(character)" }
    static func control(_ character: Character) -> String {
        character.asciiValue.map { String(UnicodeScalar($0 & 0x1F)) } ?? ""
    }
}
