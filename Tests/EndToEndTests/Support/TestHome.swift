import Foundation
import TestSupport

/// A person's home on a machine that has never seen Parley, and the program started in it.
final class TestHome {
    let home: String

    init() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "parley-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
        home = path.path(percentEncoded: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: home) }

    /// No locale, no time zone, no keys: what a test needs beyond it is given.
    var environment: [String: String] {
        ["HOME": home, "PATH": "/usr/bin:/bin", "TZ": "UTC", "LOGNAME": "tester"]
    }

    /// Opens the interface in a terminal.
    func open(
        _ arguments: [String] = [], columns: Int = 100, rows: Int = 30,
        environment extra: [String: String] = [:]
    ) throws -> TerminalSession {
        try TerminalSession(
            executable: BuiltPrograms.path("parley"), arguments: arguments,
            environment: environment.merging(extra) { _, new in new }, columns: columns, rows: rows,
            directory: home)
    }

    /// What a command printed, and how it ended.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Runs a command in a pipe and waits for its end.
    func run(_ arguments: [String], input: String = "", environment extra: [String: String] = [:]) throws
        -> Outcome
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: BuiltPrograms.path("parley"))
        process.arguments = arguments
        process.environment = environment.merging(extra) { _, new in new }
        process.currentDirectoryURL = URL(fileURLWithPath: home)
        let (stdin, stdout) = (Pipe(), Pipe())
        // A file, so that neither stream can fill up while the other is read.
        let errorFile = home + "/stderr-\(UUID().uuidString)"
        try Data().write(to: URL(fileURLWithPath: errorFile))
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = FileHandle(forWritingAtPath: errorFile)
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let errors = FileManager.default.contents(atPath: errorFile) ?? Data()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
            errors: String(decoding: errors, as: UTF8.self))
    }

    func write(_ text: String, to path: String, mode: Int = 0o644) throws {
        let url = URL(fileURLWithPath: home).appending(path: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
        try FileManager.default.setAttributes(
            [.posixPermissions: mode], ofItemAtPath: url.path(percentEncoded: false))
    }
}

/// Keys as a terminal sends them.
enum Keys {
    static let enter = "\r"
    static let escape = "\u{1B}"
    static let f2 = "\u{1B}OQ"
    static func alt(_ character: Character) -> String { "\u{1B}\(character)" }
    static func control(_ character: Character) -> String {
        character.asciiValue.map { String(UnicodeScalar($0 & 0x1F)) } ?? ""
    }
}
