/// Why the terminal cannot be used, in words for a person.
public enum TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Standard input or output is a file or a pipe.
    case notATerminal(Stream)
    /// The environment does not say what kind of terminal it is.
    case typeNotSet
    /// The terminal's description is not installed, or says too little.
    case typeUnknown(String)
    /// No descriptions of terminals are installed at all.
    case noDescriptions(String)
    /// Text can only be written line after line.
    case cursorNotAddressable(String)
    /// The terminal does not answer: it was closed, say.
    case unusable(reason: String)
    /// The process has the terminal open already.
    case alreadyOpen

    public enum Stream: String, Hashable, Sendable {
        case input, output
    }

    public var description: String {
        switch self {
        case .notATerminal(let stream):
            "The interface needs a terminal, and standard \(stream.rawValue) is not one. Start it without a pipe or a redirection."
        case .typeNotSet:
            "The environment variable TERM is not set, so the kind of this terminal is unknown. Set it, for example: export TERM=xterm-256color"
        case .typeUnknown(let type):
            "No terminal of type “\(type)” (TERM) is known here. Install its description (package ncurses-term), or try: export TERM=xterm-256color"
        case .noDescriptions(let type):
            "The description of the terminal type “\(type)” (TERM) cannot be read: no terminfo database was found. Install the package ncurses-base, or set TERMINFO."
        case .cursorNotAddressable(let type):
            "A terminal of type “\(type)” (TERM) cannot place its cursor, so no interface can be drawn on it. If it can do more than that, try: export TERM=xterm-256color"
        case .unusable(let reason):
            "The terminal cannot be used: \(reason)."
        case .alreadyOpen:
            "The terminal is open already."
        }
    }
}
