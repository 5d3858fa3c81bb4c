import TestSupport
import Testing

@testable import AgentClient

@Suite(.timeLimit(.minutes(5))) struct WebSocketTests {
    private let transport = PatientTransport().transport

    @Test("A socket that is opened and never used is closed")
    func unused() async throws {
        let closed = Signal()
        try await ScriptedSocket.run { session in
            while try await session.text() != nil {}
            closed.fire()
        } use: { server in
            for _ in 0..<20 { _ = try await transport.openWebSocket(server.url, headers: [:]) }
            await closed.wait()
        }
    }

    /// Each round gives the opening one more step before the task is cancelled.
    @Test("An opening can be cancelled at any point")
    func cancelled() async throws {
        try await ScriptedSocket.run { session in
            while try await session.text() != nil {}
        } use: { server in
            for steps in 0..<300 {
                let opening = Task {
                    let socket = try await transport.openWebSocket(server.url, headers: [:])
                    return try await socket.run { session in try await session.next() }
                }
                for _ in 0..<steps { await Task.yield() }
                opening.cancel()
                await #expect(throws: CancellationError.self) { try await opening.value }
            }
        }
    }
}
