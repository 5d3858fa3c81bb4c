import AgentAPI
import TestSupport
import Testing
import Wire

@testable import AgentServer

/// Conditions on the metadata of a session.
@Suite(.timeLimit(.scaled(minutes: 5))) struct MetadataFilterTests {
    private static let metadata: JSONValue = [
        "priority": "high", "tier": 3, "score": 0.5, "open": true, "owner": ["name": "O'Brien"], "gone": nil,
    ]

    @Test(arguments: [
        "priority = 'high'", "doc.priority='high'", "session.owner.name = 'O''Brien'",
        "metadata.tier >= 3 and tier<4", "tier <> 4 AND tier != 5", "score > 0.25", "score < 1e1",
        "open = true",
        "priority IN ('low', 'high')", "priority not in ('low')", "gone IS NULL", "none is null",
        "tier IS NOT NULL", "NOT tier = 4", "tier = 4 OR tier = 3", "tier = 9 AND tier = 9 OR open = true",
        "NOT (tier = 4 OR priority = 'low')", "priority > 'hi'", "none = 1 OR tier = 3",
    ])
    func holds(text: String) throws {
        #expect(try MetadataFilter(text).matches(Self.metadata))
    }

    @Test(arguments: [
        "priority = 'low'", "tier = '3'", "tier > 'a'", "none = 1", "NOT none = 1", "none <> 1",
        "none NOT IN ('x')", "open = false", "gone IS NOT NULL", "tier = 3 AND none = 1",
        "tier = 9 AND (tier = 9 OR open = true)",
    ])
    func doesNotHold(text: String) throws {
        #expect(try !MetadataFilter(text).matches(Self.metadata))
    }

    @Test(arguments: [
        "=", "tier", "tier =", "tier = 'x", "tier = 3 AND", "(tier = 3", "tier = 3)", "tier IN ()",
        "tier IN 3",
        "tier == 3", "tier NOT 3", "tier IS 3", "'x' = tier", "tier = 3; DROP TABLE x", "tier = 3e", "%",
        String(repeating: "(", count: 100), String(repeating: "NOT ", count: 100) + "a = 1",
        String(repeating: "a", count: 2000) + " = 1", "tier = 1e999",
    ])
    func isRefused(text: String) {
        #expect(throws: MetadataFilterParser.SyntaxError.self) { try MetadataFilter(text) }
    }

    @Test func listingIsNarrowedByIt() async throws {
        let server = try await TestBackend(.echo)
        for number in 1...5 {
            _ = try await server.send(
                .post, "/v2/agents/echo/sessions",
                #"{"key": "s\#(number)", "metadata": {"number": \#(number)}}"#)
        }
        let found = try await server.send(.get, "/v2/agents/echo/sessions?metadata_filter=number%20%3E%203")
        #expect(found.json?["sessions"]?.elements?.map { $0["key"] } == ["s4", "s5"])
        let page = try await server.send(
            .get, "/v2/agents/echo/sessions?limit=1&metadata_filter=doc.number+in+(2,+4)"
        ).json
        #expect(page?["sessions"]?.elements?.map { $0["key"] } == ["s2"])
        #expect(page?["metadata"]?["page_key"]?.string != nil)
        let refused = try await server.send(.get, "/v2/agents/echo/sessions?metadata_filter=number")
        #expect(refused.status == .badRequest)
        #expect(refused.json?["field_errors"]?["metadata_filter"] == "misses a comparison after number")
    }
}
