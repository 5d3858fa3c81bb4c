import Testing

@testable import Settings

@Suite struct NearestNameTests {
    @Test(arguments: [
        ("sevice", "service"), ("srevice", "service"), ("SERVICE", "service"), ("key_env", "key-env"),
        ("usr", "user"), ("agent", "agents"), ("colour", nil), ("", nil), ("key", nil),
    ])
    func fewEditsLeadToAName(name: String, nearest: String?) {
        let names = NearestName(known: [
            "service", "url", "key-env", "key-command", "key-file", "user", "agents",
        ])
        #expect(names.to(name) == nearest)
    }
}
