import Foundation
import TestSupport
import Testing

/// Where keys go, and where they do not: the built program with programs that it starts.
@Suite(.ownThread) struct KeyTests {
    private func home() throws -> TestHome {
        let home = try TestHome()
        try home.write(
            """
            [agents.count]
            kind = "command"
            command = "echo \\"$LYZR_KEY|$MODEL_KEY|$OTHER|$MARK\\""
            shell = true

            [agents.trusted]
            kind = "command"
            command = "echo \\"$LYZR_KEY|$MODEL_KEY|$OTHER|$MARK\\""
            shell = true
            environment = ["MODEL_KEY"]

            [agents.model]
            kind = "openai"
            url = "http://127.0.0.1:1/v1"
            model = "m"
            key-env = "MODEL_KEY"
            """, to: ".config/parley/server.toml")
        return home
    }

    private let environment = ["LYZR_KEY": "key-of-lyzr", "MODEL_KEY": "key-of-model", "MARK": "seen"]

    @Test func programsOfAgentsGetNoKeysButThoseThatAreNamed() throws {
        let home = try home()
        let sent = try home.run(["send", "--agent", "count", "hi"], environment: environment)
        #expect(sent.output == "key-of-lyzr|||seen\n")
        let trusted = try home.run(["send", "--agent", "trusted", "hi"], environment: environment)
        #expect(trusted.output == "key-of-lyzr|key-of-model||seen\n")
    }

    @Test func aProgramThatPrintsAKeyGetsNoOtherKeys() throws {
        let home = try home()
        let server = try home.serve()
        try home.write("\(server.key)\n", to: "the-key")
        let output = home.path + "/seen"
        try home.write(
            """
            [accounts.lyzr]
            service = "lyzr"
            url = "\(server.address)"
            key-command = ["sh", "-c", "echo \\"<$OTHER|$MODEL_KEY|$MARK>\\" > \(output); cat \(home.path)/the-key"]
            agents = [ { id = "\(server.agentHex)" } ]

            [accounts.other]
            service = "vectara"
            key-env = "OTHER"
            """, to: ".config/parley/config.toml")
        let sent = try home.run(
            ["send", "--account", "lyzr", "hi"], environment: environment.merging(["OTHER": "key"]) { $1 })
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(try home.read("seen") == "<||seen>\n")
    }

    @Test func anAccountWithoutEncryptionOnAnotherMachineSendsNothing() throws {
        let home = try home()
        let account = """
            [accounts.clear]
            service = "vectara"
            url = "http://agents.invalid"
            key-env = "LYZR_KEY"
            agents = [ { id = "a" } ]

            """
        try home.write(account, to: ".config/parley/config.toml")
        let refused = try home.run(["send", "hi"], environment: environment)
        #expect(refused.status == 78)
        #expect(refused.errors.contains("begins with http://, so others on the network could read the key"))
        try home.write(account + "insecure = true\n", to: ".config/parley/config.toml")
        let session = try home.open(environment: environment)
        try session.waitFor(text: "not encrypted")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }
}
