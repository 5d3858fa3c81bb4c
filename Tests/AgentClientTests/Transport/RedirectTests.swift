import NIOHTTP1
import Testing

@testable import AgentClient

@Suite struct RedirectTests {
    private func target(_ status: Int, _ location: String?, _ method: HTTPMethod = .GET) -> String? {
        let request = HTTPRequest(
            method: method, url: "https://host.example/v2/task?x=1", headTimeout: .seconds(1))
        return Redirect.target(status: status, location: location, request: request)?.url
    }

    @Test(arguments: ["https://host.example/a", "https://HOST.example:443/a", "/a", "//host.example/a"])
    func withinTheOriginItIsFollowed(location: String) {
        #expect(target(307, location)?.hasSuffix("/a") == true)
    }

    @Test(
        "The key never goes anywhere else",
        arguments: [
            "https://other.example/a", "http://host.example/a", "https://host.example:8443/a",
            "https://host.example.evil.example/a", "https://host.example@evil.example/a",
            "javascript:alert(1)",
            "file:///etc/passwd", "",
        ])
    func beyondTheOriginItIsNot(location: String) {
        let followed = target(307, location)
        #expect(followed == nil || followed?.hasPrefix("https://host.example/") == true)
        if !location.isEmpty { #expect(followed == nil) }
    }

    @Test func aMessageIsOnlySentAgainWhereItWasNotProcessed() {
        for status in [307, 308] { #expect(target(status, "/a", .POST) == "https://host.example/a") }
        for status in [301, 302, 303, 304, 200] { #expect(target(status, "/a", .POST) == nil) }
        for status in [301, 302, 303, 307, 308] { #expect(target(status, "/a", .GET) != nil) }
        #expect(target(307, nil) == nil)
    }
}
