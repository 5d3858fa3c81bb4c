/// Why the terminal cannot be used. The description is for the user.
public enum TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Standard input or output is a file or a pipe.
    case notATerminal(Stream)
    /// `TERM` is not set.
    case typeNotSet
    /// The terminal's description is not installed, or says too little.
    case typeUnknown(String)
    /// There is no terminfo database.
    case noDescriptions(String)
    /// The terminal cannot move its cursor.
    case cursorNotAddressable(String)
    /// A system call failed, because the terminal was closed, say.
    case unusable(reason: String)
    /// The process has the terminal open already.
    case alreadyOpen

    public enum Stream: String, Hashable, Sendable {
        case input, output
    }

    public var description: String {
        switch self {
        case .notATerminal(let stream):
            "Standard \(stream.rawValue) is not a terminal. Start the interface without a pipe or a redirection, or in plain mode: parley --plain"
        case .typeNotSet:
            "The environment variable TERM is not set, so the terminal's type is unknown. Set it, for example: export TERM=xterm-256color. In plain mode it is not needed: parley --plain"
        case .typeUnknown(let type):
            "The terminal type “\(type)” (TERM) is unknown. Install its description (package ncurses-term), or try: export TERM=xterm-256color. Plain mode runs on any: parley --plain"
        case .noDescriptions(let type):
            "No terminfo database was found to look up the terminal type “\(type)” (TERM). Install the package ncurses-base, or set TERMINFO."
        case .cursorNotAddressable(let type):
            "A terminal of type “\(type)” (TERM) cannot move its cursor, which the interface needs. If yours can, try: export TERM=xterm-256color. Plain mode needs no cursor: parley --plain"
        case .unusable(let reason):
            "The terminal cannot be used: \(reason)."
        case .alreadyOpen:
            "The terminal is open already."
        }
    }
}
