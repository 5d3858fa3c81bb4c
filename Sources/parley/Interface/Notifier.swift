import Programs
import RichText
import Synchronization

/// Shows notifications by a program that the person chose. The program gets title and text as its last two arguments, and no keys in its
/// environment.
final class Notifier: Sendable {
    private static let timeout: Duration = .seconds(30)

    private let environment: @Sendable () -> [String: String]
    private let report: @Sendable (String) -> Void
    private let hasReported = Mutex(false)

    /// - Parameter report: called, in words for the person, the first time that the program fails.
    init(
        environment: @escaping @Sendable () -> [String: String],
        reporting report: @escaping @Sendable (String) -> Void
    ) {
        self.environment = environment
        self.report = report
    }

    func show(_ notification: DesktopNotification, by command: [String]) {
        var run = ProgramRun(
            words: command
                + [notification.title, notification.text].map { SafeText.line($0, replacing: .blank) },
            environment: environment(), timeout: Self.timeout, grace: .seconds(1))
        run.outputLimit = 1 << 16
        Task.detached { [run] in
            do {
                try await run.run { _ in }
            } catch {
                let isFirst = self.hasReported.withLock { has in
                    defer { has = true }
                    return !has
                }
                if isFirst { self.report(Self.description(of: error, command[0])) }
            }
        }
    }

    private static func description(of error: any Error, _ program: String) -> String {
        let failure = error as? ProgramFailure
        if failure?.reason == .notFound {
            return "The program \(program), which `notify` in the config names, was not found."
        }
        let reason = failure.map { $0.lastLines.isEmpty ? "" : " It says: \($0.lastLines)" } ?? ""
        return "\(program) did not show a notification.\(reason)"
    }
}
