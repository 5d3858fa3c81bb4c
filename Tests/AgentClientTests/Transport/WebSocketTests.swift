import TestSupport
import Testing

@testable import AgentClient

@Suite(.timeLimit(.scaled(minutes: 5))) struct WebSocketTests {
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

    /// Each round gives the openings one more step before their tasks are cancelled: five thousand in all.
    @Test("An opening can be cancelled at any point")
    func cancelled() async throws {
        try await ScriptedSocket.run { session in
            while try await session.text() != nil {}
        } use: { server in
            for steps in 0..<250 {
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<20 {
                        group.addTask {
                            await #expect(throws: CancellationError.self) {
                                let socket = try await transport.openWebSocket(server.url, headers: [:])
                                return try await socket.run { session in try await session.next() }
                            }
                        }
                    }
                    for _ in 0..<steps { await Task.yield() }
                    group.cancelAll()
                }
            }
        }
    }

    /// The socket is open, and is never used because its task has been cancelled meanwhile.
    @Test("An opened socket can be dropped at any point")
    func dropped() async throws {
        try await ScriptedSocket.run { session in
            while try await session.text() != nil {}
        } use: { server in
            for steps in 0..<250 {
                let opening = Task { _ = try await transport.openWebSocket(server.url, headers: [:]) }
                for _ in 0..<steps { await Task.yield() }
                opening.cancel()
                _ = await opening.result
            }
        }
    }
}
