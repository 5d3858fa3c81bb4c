import Logging
import Settings

/// The log of the program: a file that only its owner can read. If it cannot be created there is no log.
struct Log: Sendable {
    let redactor = Redactor()
    private let file: LogFile?
    private let level: Logger.Level

    /// `PARLEY_LOG_LEVEL` in the environment sets the level, from `trace` to `critical`; `info` without it.
    init(_ context: ProgramContext) {
        level =
            context.environment["PARLEY_LOG_LEVEL"].flatMap { Logger.Level(rawValue: $0.lowercased()) }
            ?? .info
        do throws(Problem) {
            try context.folders.make(context.folders.state)
            file = LogFile(path: context.folders.logFile, redactor: redactor)
        } catch {
            file = nil
        }
    }

    func logger(_ label: String) -> Logger {
        guard let file else { return Logger(label: label) { _ in SwiftLogNoOpLogHandler() } }
        return Logger(label: label) { FileLogHandler(label: $0, file: file, level: level) }
    }

    func close() async { await file?.close() }
}
