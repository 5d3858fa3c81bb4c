import Testing
import Wire

@Suite struct LoopbackTests {
    @Test(arguments: [
        "localhost", "LOCALHOST.", "app.localhost", "127.0.0.1", "127.255.1.2", "::1", "[::1]",
        "::ffff:127.0.0.1",
    ])
    func thisMachine(host: String) { #expect(Loopback.contains(host)) }

    @Test(arguments: [
        "example.org", "localhost.example.org", "127.example.org", "127.0.0.1.example.org", "10.0.0.1", "::2",
        "",
        "0.0.0.0", "notlocalhost",
    ])
    func others(host: String) { #expect(!Loopback.contains(host)) }
}
