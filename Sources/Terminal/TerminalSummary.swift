import CNcurses
import Foundation
import RichText

/// What Parley can use of a terminal, in one line for the user. The terminal itself is not changed.
public struct TerminalSummary: Sendable {
    public let text: String

    /// The name and version of the curses library that is used.
    public static var libraryVersion: String { String(cString: curses_version()) }

    /// - Parameters:
    ///   - environment: where `TERM`, `COLORTERM`, `NO_COLOR` and `TERM_PROGRAM` are looked up.
    ///   - colors: the colours to use; nil for those that the terminal says it has.
    /// - Throws: ``TerminalError`` when the interface cannot run on it.
    public init(environment: [String: String], colors: ColorDepth? = nil) throws(TerminalError) {
        let type = try TerminalType(descriptor: STDOUT_FILENO, environment: environment, colors: colors)
        let colors =
            switch type.depth {
            case .none: "no colours"
            case .eight: "8 colours"
            case .sixteen: "16 colours"
            case .indexed: "256 colours"
            case .direct: "all colours"
            }
        let extras =
            type.isXtermLike ? "clipboard, pastes and titles" : "no clipboard, marked pastes or titles"
        text = "\(type.name): \(colors), \(extras)"
    }
}
