import Foundation
import Programs

/// Opens addresses in the person's browser: `$BROWSER`, which may name several programs separated by colons, else `xdg-open`.
struct LinkOpener: Sendable {
    let environment: [String: String]

    /// Starts the first program that is installed.
    /// - Parameter report: called when there is none, or it did not open the address, in words for the person.
    func open(_ address: String, reporting report: @escaping @Sendable (String) -> Void) {
        let named = environment["BROWSER", default: ""].split(separator: ":").map(String.init)
        let commands = (named + ["xdg-open"]).map { command in
            command.split(separator: " ").map(String.init)
        }
        guard
            let words = commands.first(where: { words in
                words.first.map { $0.contains("/") || ProgramRun.isInstalled($0, environment) } ?? false
            })
        else {
            return report("No browser was found. Set $BROWSER to one, or install xdg-utils.")
        }
        let takesPlace = words.contains { $0.contains("%s") }
        let run = ProgramRun(
            words: takesPlace
                ? words.map { $0.replacingOccurrences(of: "%s", with: address) } : words + [address],
            environment: environment, timeout: .zero, grace: .zero)
        Task.detached {
            guard await !run.handOver("") else { return }
            report("\(words[0]) did not open the link.")
        }
    }
}
