import Testing

@testable import AgentClient

@Suite struct ServiceURLTests {
    @Test(
        arguments: [
            ("https://agent.api.lyzr.app", "https://agent.api.lyzr.app/v2/stream/", "agent.api.lyzr.app"),
            ("https://agent.api.lyzr.app/", "https://agent.api.lyzr.app/v2/stream/", "agent.api.lyzr.app"),
            (
                "HTTP://127.0.0.1:8080/proxy/lyzr//", "http://127.0.0.1:8080/proxy/lyzr/v2/stream/",
                "127.0.0.1:8080"
            ),
            (" http://[::1]:9000 ", "http://[::1]:9000/v2/stream/", "[::1]:9000"),
            ("https://host/a%20b", "https://host/a%20b/v2/stream/", "host"),
        ])
    func everythingLiesUnderTheBase(text: String, url: String, host: String) throws {
        let base = try ServiceURL(text)
        #expect(base.appending(["v2", "stream"], trailingSlash: true) == url)
        #expect(base.host == host)
    }

    @Test(
        arguments: [
            ("agent.api.lyzr.app", ServiceURL.Fault.scheme), ("ftp://host", .scheme), ("", .scheme),
            ("https://", .host), ("https:///path", .host), ("https://user:secret@host", .credentials),
            ("https://host?key=1", .query), ("https://host/#x", .query), ("https://ho st", .unreadable),
        ])
    func whatIsNoAddressSaysWhy(text: String, fault: ServiceURL.Fault) {
        #expect(throws: fault) { try ServiceURL(text) }
    }

    /// Whole addresses are copied from documents.
    @Test(arguments: [
        ("https://h/v1/chat/tasks/", "https://h"), ("https://h/v1", "https://h"),
        ("https://h/p/v1/chat", "https://h/p"),
        ("https://v1", "https://v1"), ("https://h/xv1", "https://h/xv1"),
        ("https://h/chat/tasks", "https://h/chat/tasks"),
    ])
    func whatRequestsAppendIsNotThereTwice(text: String, base: String) throws {
        var url = try ServiceURL(text)
        url.removeBeginning(of: ["v1", "chat", "tasks"])
        #expect(url.appending([]) == base)
    }

    @Test("A segment stays one segment with any content")
    func segments() throws {
        let base = try ServiceURL("https://host/base")
        #expect(
            base.appending(["a/b?c#d", "é", "..", "x y"])
                == "https://host/base/a%2Fb%3Fc%23d/%C3%A9/%2E%2E/x%20y")
        #expect(
            base.appending(["list"], query: [("q", "a&b=c"), ("page", "2")])
                == "https://host/base/list?q=a%26b%3Dc&page=2")
    }
}
