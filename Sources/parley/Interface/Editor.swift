import Foundation

/// The person's own editor, for messages that want one.
struct Editor {
    let environment: [String: String]

    /// Lets the editor work on the text, in a file that nobody else can read, and waits for its end.
    /// - Throws: ``Failure`` with what to tell; the text is untouched then.
    func edit(_ text: String) throws -> String {
        guard
            let command = ["VISUAL", "EDITOR"].compactMap({ environment[$0] }).first(where: { !$0.isEmpty })
        else {
            throw Failure(message: "Set $VISUAL or $EDITOR to the editor to use.")
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "parley-\(UUID().uuidString).md")
            .path(percentEncoded: false)
        defer { unlink(file) }
        let isMade = FileManager.default.createFile(
            atPath: file, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        guard isMade else { throw Failure(message: "\(file) could not be written.") }
        // system(3) keeps Ctrl-C in the editor from ending us. The variable may hold options, so a shell splits it.
        let status = system("\(command) '\(file)'")
        guard status == 0 else {
            throw Failure(message: "The editor “\(command)” ended with an error; the message is as it was.")
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Failure(message: "\(file) could not be read back; the message is as it was.")
        }
        // Editors end the last line; the message did not.
        let edited = String(decoding: data, as: UTF8.self)
        return edited.hasSuffix("\n") && !text.hasSuffix("\n") ? String(edited.dropLast()) : edited
    }
}
