import Foundation
import Settings
import TestSupport
import Testing

@Suite(.timeLimit(.scaled(minutes: 5))) struct KeySourceTests {
    private typealias Source = Config.Account.KeySource
    private let path = ["PATH": "/usr/bin:/bin"]

    private func fault(_ source: Source, _ environment: [String: String] = [:]) async -> String? {
        await #expect(throws: KeyError.self) {
            try await source.key(environment: environment.merging(path) { own, _ in own })
        }?.description
    }

    @Test func aVariableIsLookedUp() async throws {
        #expect(try await Source.environment("K").key(environment: ["K": "abc-123"]) == "abc-123")
        #expect(
            await fault(.environment("K"))
                == "The environment variable K is not set. Set it to the key before you start parley.")
        #expect(await fault(.environment("K"), ["K": ""]) != nil)
    }

    @Test func aKeyIsOneLineOfVisibleASCII() async throws {
        #expect(try await Source.environment("K").key(environment: ["K": "abc\r\nmore"]) == "abc")
        for bad in ["a b", "a\u{7}b", "ké", "a\u{FEFF}"] {
            #expect(
                await fault(.environment("K"), ["K": bad])
                    == "The first line of the environment variable K is not a key: it has blanks or other characters that "
                    + "no key has. The first line has to be the key and nothing else.")
        }
        for text in [" key", "key \t", "\u{FEFF}key\r\n", "\u{FEFF} key \nmore"] {
            #expect(try await Source.environment("K").key(environment: ["K": text]) == "key")
        }
        #expect(
            await fault(.environment("K"), ["K": "\nkey"])
                == "There is no key in the environment variable K. It has to be the first line.")
    }

    @Test func aFileIsReadWhenNobodyElseCan() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("file-key\n", to: "key", mode: 0o400)
        #expect(try await Source.file(file).key(environment: [:]) == "file-key")
        let marked = try folder.write("\u{FEFF}file-key \r\n", to: "marked")
        #expect(try await Source.file(marked).key(environment: [:]) == "file-key")
        for (mode, digits) in [(0o640, "0640"), (0o604, "0604"), (0o620, "0620")] {
            try folder.write("file-key\n", to: "open\(mode)", mode: mode)
            let open = folder.path + "/open\(mode)"
            #expect(
                await fault(.file(open))
                    == "The key file \(open) can be used by others (its mode is \(digits)). Run: chmod 600 \(open)"
            )
        }
        #expect(await fault(.file(folder.path))?.contains("is not a file") == true)
        #expect(await fault(.file(folder.path + "/none"))?.contains("no such file or directory") == true)
    }

    @Test func aCommandPrintsTheKey() async throws {
        #expect(try await Source.command(["echo", "from-command"]).key(environment: path) == "from-command")
        #expect(try await Source.command(["/bin/echo", "a"]).key(environment: [:]) == "a")
    }

    @Test func aCommandIsRunWithoutAShell() async throws {
        #expect(try await Source.command(["printf", "%s", "$HOME;*"]).key(environment: path) == "$HOME;*")
    }

    @Test func aCommandGetsTheEnvironmentAndNoInput() async throws {
        let source = Source.command(["sh", "-c", "cat; echo $MARK"])
        #expect(try await source.key(environment: path.merging(["MARK": "seen"]) { $1 }) == "seen")
    }

    @Test func aCommandDoesNotGetTheKeysOfOthers() async throws {
        let source = Source.command(["sh", "-c", "echo x$OTHER$MARK"])
        let environment = path.merging(["OTHER": "other-key", "MARK": "seen"]) { $1 }
        #expect(try await source.key(environment: environment, hidden: ["OTHER"]) == "xseen")
    }

    @Test(
        "What a command printed is in its error in no spelling",
        arguments: [
            "S3CR3T-KEY", "s3cr3t%2Dkey", "czNjcjN0LWtleQ==", "sk-abcdefgh12345",
            "Authorization: Bearer abcdefgh",
        ])
    func spellings(spelling: String) async throws {
        let text = await fault(
            .command(["sh", "-c", "echo s3cr3t-key; echo 'the \(spelling) is old' >&2; exit 1"]))
        #expect(text?.contains(spelling) == false)
        #expect(text?.contains("is old") == true)
    }

    @Test func aCommandThatFailsSaysWhy() async {
        #expect(
            await fault(.command(["sh", "-c", "echo one >&2; printf 'two\\033[1m\\n' >&2; exit 3"]))
                == "The command sh, which prints the key, failed with exit status 3: two[1m. "
                + "Run it in a shell to see why.")
        #expect(
            await fault(.command(["sh", "-c", "kill -9 $$"]))
                == "The command sh, which prints the key, was ended by signal 9. Run it in a shell to see why."
        )
        #expect(
            await fault(.command(["no-such-program-here"]))
                == "The command no-such-program-here, which prints the key, was not found. "
                + "Install it, or write its whole path.")
        #expect(
            await fault(.command(["sh", "-c", "head -c 200000 /dev/zero"]))
                == "The command sh, which prints the key, printed more than 64 KB. "
                + "It has to print the key and nothing else.")
        #expect(
            await fault(.command(["true"]))
                == "There is no key in the command true. It has to be the first line.")
    }

    @Test func whatACommandPrintedIsNotRepeatedInItsError() async throws {
        let text = await fault(
            .command(["sh", "-c", "echo s3cr3t-key; echo key s3cr3t-key is old >&2; exit 1"]))
        #expect(text?.contains("s3cr3t") == false)
        #expect(text?.contains("key … is old") == true)
    }

    @Test func aCommandThatHangsIsEnded() async throws {
        let error = await #expect(throws: KeyError.self) {
            try await Source.command(["sleep", "600"]).key(environment: path, timeout: .milliseconds(1))
        }
        #expect(
            error?.description
                == "The command sleep, which prints the key, took longer than 0 s. Run it in a shell to see what it waits for."
        )
    }

    @Test func itsDescriptionNamesNoArgument() {
        #expect("\(Source.command(["pass", "show", "secret"]))" == "the command pass …")
        #expect("\(Source.environment("K"))" == "the environment variable K")
        #expect("\(Source.file("/a/b"))" == "the file /a/b")
    }
}
