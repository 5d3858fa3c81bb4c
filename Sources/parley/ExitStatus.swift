import AgentServer
import ArgumentParser
import Foundation
import SessionCore
import Settings
import Storage
import Terminal

/// How the program ends.
enum ExitStatus {
    /// The exit statuses of the program; three of them are those of `sysexits.h`.
    enum Status {
        static let success: Int32 = 0
        static let failed: Int32 = 1
        static let usage: Int32 = 64
        /// The system lacks something that the program needs.
        static let unavailable: Int32 = 69
        static let config: Int32 = 78
        /// Ended by Ctrl-C, as shells count it.
        static let interrupted: Int32 = 128 + SIGINT
    }

    /// What each status means.
    static let meanings = [
        (Status.success, "Everything was done."),
        (Status.failed, "A request failed; standard error says why."),
        (Status.usage, "Wrong usage."),
        (Status.unavailable, "The system allows too few open files."),
        (Status.config, "A broken config."),
        (Status.interrupted, "Ended by Ctrl-C."),
    ]

    /// Reports the error on standard error and ends the program.
    static func exit(with error: any Error) -> Never {
        switch error {
        case is BrokenPipe:
            // As if SIGPIPE were not ignored, so that the caller sees why the program ended.
            signal(SIGPIPE, SIG_DFL)
            raise(SIGPIPE)
            Foundation.exit(Status.failed)
        case let error as Failure: end(error.status, error.message, error.detail)
        case let error as Problem: end(Status.config, error.description)
        case let error as ServiceError: end(Status.failed, error.message, error.detail)
        case let error as StoreError: end(Status.failed, error.description)
        case let error as TaskLookupError: end(Status.failed, error.description)
        case let error as ServerError: end(Status.failed, error.description)
        case let error as TerminalError: end(Status.failed, error.description)
        case is CancellationError: Foundation.exit(Status.interrupted)
        default: endByParser(error)
        }
    }

    /// Ends as the argument parser would: with help, or with what is wrong with the arguments. These come from outside too, when a
    /// script passes on what it was given.
    private static func endByParser(_ error: any Error) -> Never {
        let status = Parley.exitCode(for: error)
        let text = Parley.fullMessage(for: error)
        guard !status.isSuccess else {
            if !text.isEmpty { try? Output.standard.write(text + "\n") }
            Foundation.exit(status.rawValue)
        }
        if !text.isEmpty { try? Output.error.line(text) }
        Foundation.exit(status.rawValue)
    }

    private static func end(_ status: Int32, _ message: String, _ detail: String? = nil) -> Never {
        Output.error.report(message)
        if let detail, !detail.isEmpty { Output.error.report(detail) }
        Foundation.exit(status)
    }
}

/// Why a command failed.
struct Failure: Error, CustomStringConvertible {
    var message: String
    var detail: String?
    var status = ExitStatus.Status.failed

    var description: String { [message, detail].compactMap(\.self).joined(separator: " ") }
}
