import SessionCore
import Synchronization
import TestSupport
import Testing

@testable import AgentClient

@Suite(.timeLimit(.scaled(minutes: 5))) struct KeyRingTests {
    private final class Source: Sendable {
        let asked = Mutex(0)
        func next(_ text: String) -> String {
            asked.withLock { $0 += 1 }
            return text
        }
        var count: Int { asked.withLock { $0 } }
    }

    private func ring(_ key: @escaping @Sendable () async throws -> String) -> KeyRing {
        KeyRing(Fixture.account("http://host", key: key))
    }

    @Test func theSourceIsAskedOnceForRequestsAtTheSameTime() async throws {
        let source = Source()
        let gate = Signal()
        let ring = ring {
            await gate.wait()
            return source.next("abc")
        }
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await ring.key() } }
            gate.fire()
            for try await key in group { #expect(key == "abc") }
        }
        #expect(source.count == 1)
    }

    @Test func aRefusedKeyIsAskedForAnew() async throws {
        let source = Source()
        let ring = ring { source.next("abc") }
        _ = try await ring.key()
        await ring.forget("another")
        _ = try await ring.key()
        #expect(source.count == 1)
        await ring.forget("abc")
        _ = try await ring.key()
        #expect(source.count == 2)
    }

    @Test func aFailureIsNotKept() async throws {
        struct Locked: Error {}
        let source = Source()
        let ring = ring {
            _ = source.next("")
            if source.count == 1 { throw Locked() }
            return "abc"
        }
        let error = await #expect(throws: ServiceError.self) { try await ring.key() }
        #expect(error?.kind == .unauthorized)
        #expect(error?.message.contains("“support”") == true)
        #expect(error?.message.contains("LYZR_API_KEY") == true)
        #expect(try await ring.key() == "abc")
    }

    @Test func whiteSpaceAroundAKeyIsNoPartOfIt() async throws {
        #expect(try await ring { "  abc\r\n" }.key() == "abc")
    }

    @Test(
        "A key that could become a header of its own is not sent and not shown",
        arguments: ["abc\r\nx-evil: 1", "a bc", "schlüssel", "a\u{0}b", "", "\n"])
    func keysThatAreNone(text: String) async {
        let error = await #expect(throws: ServiceError.self) { try await ring { text }.key() }
        #expect(error?.kind == .unauthorized)
        let words = (error?.message ?? "") + (error?.detail ?? "")
        #expect(text.count < 2 || !words.contains(text))
    }
}
