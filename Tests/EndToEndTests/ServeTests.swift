import Foundation
import TestSupport
import Testing

/// The local server in a process of its own, and the program with an account at it, whose address, key and agent are in the
/// config.
@Suite(.ownThread) struct ServeTests {
    @Test func anAccountOfTheConfigIsUsedWithItsKey() throws {
        let home = try TestHome()
        let server = try home.serve()
        let (address, key, agent) = (server.address, server.key, server.agentHex)
        try home.write(
            """
            [accounts.mine]
            service = "lyzr"
            url = "\(address)"
            key-env = "MY_KEY"
            agents = [ { id = "\(agent)", name = "Manual" } ]
            """, to: ".config/parley/config.toml")

        let sent = try home.run(["send", "What can you do?"], environment: ["MY_KEY": key])
        #expect(sent.status == 0)
        #expect(sent.output.count > 20)
        let tasks = try home.run(["tasks"])
        #expect(tasks.output.contains("\tmine\tWhat can you do?\n"))

        let refused = try home.run(["send", "hi"], environment: ["MY_KEY": "parley_wrong_key"])
        #expect(refused.status == 1)
        #expect(refused.errors.contains("MY_KEY"))
        let missing = try home.run(["send", "hi"])
        #expect(missing.status == 1)
        #expect(missing.errors.contains("The environment variable MY_KEY is not set."))

        #expect(server.stop() == 0)
        let away = try home.run(["send", "hi"], environment: ["MY_KEY": key])
        #expect(away.status == 1)
        #expect(away.errors != "")
        try Self.expectAbsent(key, in: home)
    }

    /// No file of the home holds the key, neither in a store nor in a log.
    private static func expectAbsent(_ key: String, in home: TestHome) throws {
        let files = try #require(FileManager.default.enumerator(atPath: home.path))
        for case let name as String in files {
            guard let data = FileManager.default.contents(atPath: home.path + "/" + name) else {
                continue
            }
            #expect(data.range(of: Data(key.utf8)) == nil, "\(name)")
        }
    }
}
