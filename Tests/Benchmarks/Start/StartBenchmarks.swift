import Foundation
import TestSupport

/// How long the program takes from its start until a person sees something, in a real terminal.
enum StartBenchmarks {
    static let all = [Benchmark("start/first-frame", firstFrame)]

    /// The built program, or the one that `PARLEY` names.
    private static let program =
        ProcessInfo.processInfo.environment["PARLEY"] ?? BuiltPrograms.path("parley")
    private static let rounds = 15

    struct NoProgram: Error, CustomStringConvertible {
        let description = "\(program) does not exist. Build it: swift build -c release --product parley"
    }

    /// What one start takes.
    private struct Start {
        /// Seconds until the first frame, and until the tasks or the agent to write to are on the screen.
        var frame: Double
        var content: Double
        /// Seconds of the processor until then.
        var processor: Double
    }

    @MainActor
    private static func firstFrame() async throws -> [Figure] {
        guard FileManager.default.isExecutableFile(atPath: program) else { throw NoProgram() }
        var cases: [(label: String, starts: [Start])] = []
        cases.append(("an empty home", try starts(in: try TemporaryFolder(), until: "Guide")))
        for (tasks, messages) in [(10, 100), (1000, 100_000)] {
            let home = try TemporaryFolder()
            let data = home.file(".local/share/parley")
            try FileManager.default.createDirectory(
                atPath: data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let filled = try await FilledStore(
                PlayedService(taskCount: tasks, messageCount: messages), path: data + "/parley.sqlite")
            await filled.close()
            cases.append(("\(tasks) tasks, \(messages) messages", try starts(in: home, until: "What was")))
        }
        func figure(_ name: String, _ unit: Figure.Unit, _ value: @Sendable (Start) -> Double) -> Figure {
            Figure(name, unit, cases.map { ($0.label, $0.starts.map(value).median) })
        }
        return [
            figure("until the first frame", .time, \.frame),
            figure("until there is something to read", .time, \.content),
            figure("all threads until then", .processor, \.processor),
        ]
    }

    @MainActor
    private static func starts(in home: TemporaryFolder, until text: String) throws -> [Start] {
        // The first one makes what is missing.
        _ = try start(in: home, until: text)
        return try (0..<rounds).map { _ in try start(in: home, until: text) }
    }

    @MainActor
    private static func start(in home: TemporaryFolder, until text: String) throws -> Start {
        let begun = wallTime()
        let session = try TerminalSession(
            executable: program,
            environment: ["HOME": home.path, "PATH": "/usr/bin:/bin", "TZ": "UTC", "LOGNAME": "tester"],
            columns: 120, rows: 40)
        try session.waitFor("the first frame") { screen in
            screen.isAlternateScreen && (0..<screen.rows).contains { !screen.row($0).isEmpty }
        }
        let frame = wallTime() - begun
        try session.waitFor(text: text)
        let start = Start(
            frame: frame, content: wallTime() - begun,
            processor: ProcessUsage(process: session.process).processorTime)
        session.type("\u{11}")
        _ = try session.waitForExit()
        return start
    }
}
