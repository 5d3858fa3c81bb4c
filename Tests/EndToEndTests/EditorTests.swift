import Foundation
import TestSupport
import Testing

@testable import parley

/// The person's editor, here a shell script.
@Suite(.timeLimit(.scaled(minutes: 5))) struct EditorTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// - Parameter script: gets the path of the file as `$1`.
    private func editor(_ script: String) throws -> Editor {
        let path = try folder.write(script + "\n", to: "editor")
        return Editor(
            environment: ["EDITOR": "sh '\(path)'"], hiddenVariables: ["PARLEY_TEST_KEY", "odd name"])
    }

    @Test func theSavedTextIsReturned() throws {
        #expect(try editor("echo more >> \"$1\"").edit("text ") == "text more")
        #expect(try editor("true").edit("text") == "text")
        #expect(try editor("true").edit("text\n") == "text\n")
    }

    @Test func anEditorThatFailsKeepsWhatWasSaved() throws {
        let editor = try editor("echo written > \"$1\"; exit 1")
        let failure = #expect(throws: Failure.self) { try editor.edit("text") }
        let words = try #require(failure?.message.components(separatedBy: "What you wrote is in "))
        let file = String(try #require(words.count == 2 ? words[1] : nil).dropLast())
        defer { unlink(file) }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "written\n")
        #expect(try folder.mode(file) == 0o600)
    }

    @Test func anEditorThatFailsWithoutSavingLeavesNothing() throws {
        let editor = try editor("echo \"$1\" > \"\(folder.path)/name\"; exit 1")
        let failure = #expect(throws: Failure.self) { try editor.edit("text") }
        #expect(failure?.message.hasSuffix("the message is unchanged.") == true)
        let file = try folder.read("name").trimmingCharacters(in: .newlines)
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test func withoutAChoiceTheEditorOfTheSystemIsUsed() throws {
        let program = try folder.write("#!/bin/sh\necho more >> \"$1\"\n", to: "bin/nano", mode: 0o755)
        let folder = String(program.dropLast("/nano".count))
        // A program is started by name, in the PATH of this process.
        #expect(Editor(environment: ["PATH": folder]).command == "nano")
        #expect(Editor(environment: ["PATH": folder, "EDITOR": "ed"]).command == "ed")
        #expect(Editor(environment: ["PATH": folder, "EDITOR": "ed", "VISUAL": "vim"]).command == "vim")
    }

    @Test func theEditorDoesNotGetTheVariablesThatHoldKeys() throws {
        setenv("PARLEY_TEST_KEY", "a-key-of-an-account", 1)
        defer { unsetenv("PARLEY_TEST_KEY") }
        #expect(try editor("echo \"<$PARLEY_TEST_KEY>\" > \"$1\"").edit("text") == "<>")
    }

    @Test func aMissingVariableIsNamed() {
        let failure = #expect(throws: Failure.self) {
            try Editor(environment: [:], hiddenVariables: []).edit("text")
        }
        #expect(failure?.message == "Set $VISUAL or $EDITOR to the editor to use.")
    }
}
