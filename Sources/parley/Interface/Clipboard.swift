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

    /// The most bytes that are read.
    private static let byteLimit = 1 << 20
    private static let timeout: Duration = .seconds(3)

    /// Reads the clipboard of the desktop, or else of tmux. The terminal is not asked (OSC 52): most refuse, and where one does not, what
    /// comes back are keys.
    /// - Parameter answer: called with the text; nil where there is no program for it, or it gives no text.
    func read(answer: @escaping @Sendable (String?) -> Void) {
        let environment = context.childEnvironment
        let commands = Self.readers(environment).filter { ProgramRun.isInstalled($0[0], environment) }
        Task.detached {
            for command in commands {
                var run = ProgramRun(
                    words: command, environment: environment, timeout: Self.timeout, grace: .zero)
                run.outputLimit = Self.byteLimit
                var bytes: [UInt8] = []
                guard (try? await run.run { bytes += $0 }) != nil,
                    let text = String(validating: bytes, as: UTF8.self)
                else { continue }
                return answer(text)
            }
            answer(nil)
        }
    }

    private static func readers(_ environment: [String: String]) -> [[String]] {
        func isSet(_ name: String) -> Bool { !environment[name, default: ""].isEmpty }
        var readers: [[String]] = []
        if isSet("WAYLAND_DISPLAY") { readers.append(["wl-paste", "--no-newline", "--type", "text"]) }
        if isSet("DISPLAY") {
            readers += [["xclip", "-selection", "clipboard", "-out"], ["xsel", "--clipboard", "--output"]]
        }
        #if os(macOS)
            readers.append(["pbpaste"])
        #endif
        if isSet("TMUX") { readers.append(["tmux", "save-buffer", "-"]) }
        return readers
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
