import Testing
import Wire

@Suite struct NetworkEnvironmentTests {
    private func way(
        _ variables: [String: String], to host: String = "agents.example.org", port: Int = 443,
        isSecure: Bool = true
    ) -> String {
        do throws(NetworkEnvironment.Fault) {
            switch try NetworkEnvironment(variables).route(host: host, port: port, isSecure: isSecure) {
            case .direct: return "direct"
            case .proxy(let proxy): return proxy.address
            }
        } catch {
            return error.message
        }
    }

    @Test func withoutVariablesEverythingIsDirect() {
        #expect(way([:]) == "direct")
        #expect(way(["https_proxy": ""]) == "direct")
        #expect(NetworkEnvironment().authorities == [])
    }

    @Test func theVariableOfTheSchemeComesBeforeTheOneForAll() {
        let variables = ["http_proxy": "http://a:1", "HTTPS_PROXY": "b:2", "all_proxy": "socks5://c"]
        #expect(way(variables) == "http://b:2")
        #expect(way(variables, port: 80, isSecure: false) == "http://a:1")
        #expect(way(["ALL_PROXY": "socks5h://c"]) == "socks5://c:1080")
        #expect(way(["https_proxy": "http://[::1]:3128/"]) == "http://[::1]:3128")
        #expect(way(["https_proxy": "http://p"]) == "http://p:80")
        // Small letters win, and a web server's HTTP_PROXY is a header of its client.
        #expect(way(["https_proxy": "http://a:1", "HTTPS_PROXY": "http://b:2"]) == "http://a:1")
        #expect(way(["HTTP_PROXY": "http://a:1"], isSecure: false) == "http://a:1")
        #expect(way(["HTTP_PROXY": "http://a:1", "REQUEST_METHOD": "GET"], isSecure: false) == "direct")
    }

    @Test func aProxyThatCannotBeUsedLeadsNowhere() {
        #expect(
            way(["https_proxy": "https://p"])
                == "The variable https_proxy names a proxy of a kind that Parley cannot use. It can be http:// or socks5://."
        )
        #expect(
            way(["all_proxy": "http://"]) == "The variable all_proxy names no proxy: it is not an address.")
        let secret = way(["all_proxy": "socks5://me:hunter2@p"])
        #expect(secret.contains("a name or a password"))
        #expect(!secret.contains("hunter2"))
    }

    @Test func credentialsAreNotPartOfTheAddress() throws {
        let network = NetworkEnvironment(["https_proxy": "http://me:hunter2@p:3128"])
        guard case .proxy(let proxy) = try network.route(host: "h", port: 443, isSecure: true) else {
            Issue.record("no proxy")
            return
        }
        #expect(proxy.credentials == "me:hunter2")
        #expect(proxy.address == "http://p:3128")
        #expect(proxy.variable == "https_proxy")
    }

    @Test(
        "This machine is never reached through a proxy",
        arguments: ["localhost", "127.0.0.1", "::1", "a.localhost"])
    func loopback(host: String) { #expect(way(["all_proxy": "http://p:1"], to: host) == "direct") }

    @Test(arguments: [
        ("example.org", "example.org", true), ("example.org", "agents.example.org", true),
        (".example.org", "agents.example.org", true), ("*.example.org", "agents.example.org", true),
        ("EXAMPLE.org.", "agents.example.ORG", true), ("example.org", "badexample.org", false),
        ("other, example.org", "example.org", true), ("other example.org", "example.org", true),
        ("*", "anything", true), ("", "example.org", false), (",", "example.org", false),
        ("example.org:443", "example.org", true), ("example.org:80", "example.org", false),
        ("10.0.0.7", "10.0.0.7", true), ("10.0.0.0/8", "10.1.2.3", true), ("10.0.0.0/8", "11.1.2.3", false),
        ("10.0.0.0/8", "ten.example.org", false), ("192.168.1.128/25", "192.168.1.129", true),
        ("192.168.1.128/25", "192.168.1.127", false), ("0.0.0.0/0", "8.8.8.8", true),
        ("10.0.0.0/99", "10.0.0.1", false),
        ("fd00::/8", "fd12::1", true), ("fd00::/8", "fe80::1", false), ("[fd00::1]", "fd00::1", true),
        ("fd00::1", "fd00::1", true), ("[fd00::1]:443", "fd00::1", true), ("[fd00::1]:80", "fd00::1", false),
    ])
    func exemptions(list: String, host: String, isExempt: Bool) {
        for name in ["no_proxy", "NO_PROXY"] {
            #expect(
                way(["https_proxy": "http://p:1", name: list], to: host)
                    == (isExempt ? "direct" : "http://p:1"))
        }
    }

    @Test func authorities() {
        #expect(
            NetworkEnvironment(["SSL_CERT_FILE": "/a.pem", "SSL_CERT_DIR": "/b:/c"]).authorities
                == ["/a.pem", "/b", "/c"])
        #expect(NetworkEnvironment(["SSL_CERT_FILE": ""]).authorities == [])
    }
}
