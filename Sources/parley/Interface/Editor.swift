import Foundation
import Programs
import Storage

/// The person's own editor, for long messages.
struct Editor {
    let environment: [String: String]
    /// The variables that the editor does not get, since they hold keys.
    var hiddenVariables: Set<String> = []

    /// What the person has chosen, else the editor of the system.
    var command: String? {
        ["VISUAL", "EDITOR"].compactMap { environment[$0] }.first { !$0.isEmpty }
            ?? ["editor", "nano", "vi"].first { ProgramRun.isInstalled($0, environment) }
    }

    /// Opens the text in the editor, in a file that only its owner can read, and waits until the editor ends.
    /// - Returns: the text as it was saved.
    /// - Throws: ``Failure``. If the editor fails after it has saved another text, the file is kept and named.
    func edit(_ text: String) throws(Failure) -> String {
        guard let command else { throw Failure(message: "Set $VISUAL or $EDITOR to the editor to use.") }
        let file = FileManager.default.temporaryDirectory.appending(path: "parley-\(UUID().uuidString).md")
            .path(percentEncoded: false)
        do throws(FileError) {
            try AtomicFile.write(text, to: file, mode: PrivateFile.mode, overwriting: false)
        } catch {
            throw Failure(message: "\(file) could not be written: \(error.reason).")
        }
        // system(3) keeps Ctrl-C in the editor from ending us. The variable may hold options, so a shell splits it.
        let status = system(hidingVariables + "\(command) '\(file)'")
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Failure(message: "\(file) could not be read back; the message is unchanged.")
        }
        let saved = String(decoding: data, as: UTF8.self)
        guard status == 0 else {
            let isUnchanged = saved == text
            if isUnchanged { unlink(file) }
            throw Failure(
                message: "The editor “\(command)” failed; the message is unchanged."
                    + (isUnchanged ? "" : " What you wrote is in \(file)."))
        }
        unlink(file)
        // Editors end the last line; the message did not.
        return saved.hasSuffix("\n") && !text.hasSuffix("\n") ? String(saved.dropLast()) : saved
    }

    /// A command for the shell in front of the editor's. It has no names but those that a shell knows.
    private var hidingVariables: String {
        let names = hiddenVariables.filter { $0.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil }
        return names.isEmpty ? "" : "unset \(names.sorted().joined(separator: " ")); "
    }
}
