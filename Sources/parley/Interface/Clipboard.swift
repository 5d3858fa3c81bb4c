import Programs

/// The programs that put text on a clipboard which the terminal's control sequence may not reach: those of the desktop, and tmux,
/// which by default lets no program behind it set the clipboard that way.
struct Clipboard: Sendable {
    /// The commands, which read the text on standard input.
    let commands: [[String]]
    private let context: ProgramContext

    init(_ context: ProgramContext) {
        self.context = context
        let environment = context.childEnvironment
        commands = Self.candidates(environment).compactMap { group in
            group.first { ProgramRun.isInstalled($0[0], environment) }
        }
    }

    /// Of each group the first that is installed is used.
    private static func candidates(_ environment: [String: String]) -> [[[String]]] {
        func isSet(_ name: String) -> Bool { !environment[name, default: ""].isEmpty }
        var groups: [[[String]]] = []
        if isSet("TMUX") { groups.append([["tmux", "load-buffer", "-w", "-"]]) }
        if isSet("WAYLAND_DISPLAY") {
            groups.append([["wl-copy"]])
        } else if isSet("DISPLAY") {
            groups.append([["xclip", "-selection", "clipboard"], ["xsel", "--clipboard", "--input"]])
        }
        #if os(macOS)
            groups.append([["pbcopy"]])
        #endif
        return groups
    }

    /// Starts the programs.
    /// - Parameter report: called for each one that did not take the text, in words for the person.
    func copy(_ text: String, reporting report: @escaping @Sendable (String) -> Void) {
        for command in commands {
            let run = ProgramRun(
                words: command, environment: context.childEnvironment, timeout: .zero, grace: .zero)
            Task.detached {
                guard await !run.handOver(text) else { return }
                report("\(command[0]) did not put the text on the clipboard.")
            }
        }
    }
}
