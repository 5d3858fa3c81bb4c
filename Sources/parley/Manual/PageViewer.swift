import Foundation
import Programs
import RichText

/// Shows a page of the manual with the programs of the system.
enum PageViewer {
    /// Becomes man(1) or mandoc(1), which show the page in a pager on a terminal and print it elsewhere. Returns only where neither
    /// is installed, having printed the page.
    static func show(_ page: ManualPage) throws {
        let context = ProgramContext(config: nil)
        let environment = context.childEnvironment
        let formatters = [["man", "-l", "-"], ["mandoc", "-a"]].filter { words in
            ProgramRun.path(of: words[0], environment).map { !isPlaceholder($0) } ?? false
        }
        if !formatters.isEmpty, let file = tmpfile() {
            fputs(page.source, file)
            rewind(file)
            dup2(fileno(file), STDIN_FILENO)
            for name in context.keyVariables { unsetenv(name) }
            // The page is not lost when its reader closes early.
            signal(SIGPIPE, SIG_DFL)
            signal(SIGXFSZ, SIG_DFL)
            for words in formatters { execute(words) }
        }
        let output = Output.standard
        let text = ManualText(page.source, width: min(output.columns ?? 80, 100)) {
            output.styled($0, .bold)
        }
        try output.write(text.lines.joined(separator: "\n") + "\n")
    }

    /// Containers of some systems have a script in place of man(1) that says how to install it.
    private static func isPlaceholder(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        return (try? file.read(upToCount: 2)) == Data("#!".utf8)
    }

    /// Replaces this program; returns when that fails.
    private static func execute(_ words: [String]) {
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        execvp(words[0], &arguments)
        for argument in arguments { free(argument) }
    }
}
