import Synchronization
import TestSupport
import Testing

@testable import SessionCore

@Suite(.timeLimit(.scaled(minutes: 5))) struct ReplyBufferTests {
    @Test func textGathersInOnePieceAndOrderIsKept() async throws {
        let announced = Mutex(0)
        let buffer = ReplyBuffer { announced.withLock { $0 += 1 } }
        try await buffer.put(.text("a"))
        try await buffer.put(.text("b"))
        try await buffer.put(.messageID("m"))
        try await buffer.put(.text("c"))
        #expect(announced.withLock { $0 } == 1)
        #expect(buffer.drain() == [.text("ab"), .messageID("m"), .text("c")])
        #expect(buffer.drain().isEmpty)
        try await buffer.put(.text("d"))
        #expect(announced.withLock { $0 } == 2)
    }

    @Test func aWholeTextMakesTheOnesBeforeItNeedless() async throws {
        let buffer = ReplyBuffer {}
        try await buffer.put(.text("a"))
        try await buffer.put(.suggestions(["s"]))
        try await buffer.put(.wholeText("ab"))
        try await buffer.put(.wholeText("abc"))
        try await buffer.put(.text("d"))
        #expect(buffer.drain() == [.suggestions(["s"]), .wholeText("abc"), .text("d")])
    }

    @Test func aWriterThatFallsBehindHoldsTheConnectionBack() async throws {
        let (announcements, continuation) = AsyncStream<Void>.makeStream()
        let buffer = ReplyBuffer(limit: 4096) { continuation.yield() }
        let chunk = String(repeating: "x", count: 1000)
        let producer = Task {
            for _ in 0..<200 { try await buffer.put(.text(chunk)) }
            continuation.finish()
        }
        var received = 0
        for await _ in announcements {
            // Time enough for a producer that does not wait to put in everything.
            for _ in 0..<500 { await Task.yield() }
            for case .text(let text) in buffer.drain() {
                #expect(text.utf8.count <= 5000)
                received += text.utf8.count
            }
        }
        for case .text(let text) in buffer.drain() { received += text.utf8.count }
        try await producer.value
        #expect(received == 200_000)
    }

    @Test func aClosedBufferTakesNothingAndReleasesItsWriter() async throws {
        let buffer = ReplyBuffer(limit: 1) {}
        let producer = Task { try await buffer.put(.text("long")) }
        while buffer.drain().isEmpty { await Task.yield() }
        try? await producer.value
        let waiting = Task { try await buffer.put(.text("more")) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) {
            try await waiting.value
            try await buffer.put(.text("late"))
        }
    }
}
