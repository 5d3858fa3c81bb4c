import Foundation
import TestSupport
import Testing

/// The local server by itself, and the program with an account at it: the whole way over an address, a key and an agent of
/// the config.
struct ServeTests {
    @Test func anAccountOfTheConfigIsTalkedToWithItsKey() throws {
        let household = try Household()
        let server = try ServeProcess(in: household)
        let (address, key, agent) = (server.address, server.key, server.agentHex)
        try household.write(
            """
            [accounts.mine]
            service = "lyzr"
            url = "\(address)"
            key-env = "MY_KEY"
            agents = [ { id = "\(agent)", name = "Manual" } ]
            """, to: ".config/parley/config.toml")

        let sent = try household.run(["send", "What can you do?"], environment: ["MY_KEY": key])
        #expect(sent.status == 0)
        #expect(sent.output.count > 20)
        let tasks = try household.run(["tasks"])
        #expect(tasks.output.contains("\tmine\tWhat can you do?\n"))

        let refused = try household.run(["send", "hi"], environment: ["MY_KEY": "parley_wrong_key"])
        #expect(refused.status == 1)
        #expect(refused.errors.contains("MY_KEY"))
        let missing = try household.run(["send", "hi"])
        #expect(missing.status == 1)
        #expect(missing.errors.contains("The environment variable MY_KEY is not set."))

        #expect(server.stop() == 0)
        let away = try household.run(["send", "hi"], environment: ["MY_KEY": key])
        #expect(away.status == 1)
        #expect(away.errors != "")
        try Self.expectNowhere(key, in: household)
    }

    /// No file of the household holds the key, neither in a store nor in a log.
    private static func expectNowhere(_ key: String, in household: Household) throws {
        let files = try #require(FileManager.default.enumerator(atPath: household.home))
        for case let name as String in files {
            guard let data = FileManager.default.contents(atPath: household.home + "/" + name) else {
                continue
            }
            #expect(data.range(of: Data(key.utf8)) == nil, "\(name)")
        }
    }
}
