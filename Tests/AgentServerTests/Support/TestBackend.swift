import AgentAPI
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import TestSupport
import Wire

@testable import AgentServer
@testable import Agents

extension Logger {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

/// A server without a socket.
struct TestBackend {
    let backend: Backend

    init(
        _ agents: [AgentDefinition], prefix: PathPrefix = "", store: StoreLocation = .memory,
        limits: ServerLimits = ServerLimits()
    ) async throws {
        let configuration = ServerConfiguration(
            pathPrefix: prefix, store: store, agents: agents, limits: limits)
        // For limits no time passes, however long a test takes.
        let start = ContinuousClock.now
        backend = try await BackendFactory.backend(configuration, logger: .silent) { start }
        try await backend.runner.start()
    }

    init(_ agent: ScriptedAgent) async throws {
        try await self.init([.scripted(agent)])
    }

    var store: ServerStore { backend.store }

    /// Sends a request through the whole router with a valid key.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, headers: HTTPFields? = nil
    ) async throws -> TestResponse {
        let app = Application(responder: ServerRouter.responder(for: backend), logger: .silent)
        let headers = headers ?? [.apiKey: backend.keyring.processKey]
        return try await app.test(.router) { client in
            try await client.executeRequest(
                uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        }
    }
}

extension HTTPField.Name {
    static let apiKey = PresentedKey.headers[0]
}

extension TestResponse {
    var text: String { String(buffer: body) }

    var json: JSONValue? { JSONValue(text: text) }
}

extension TemporaryFolder {
    var store: StoreLocation { .file(path: file("server.sqlite")) }
}
