import AgentAPI
import AsyncHTTPClient
import Foundation
import NIOCore

/// The requests of one vendor's API, as far as the load needs them.
protocol ServedDialect: Sendable {
    var name: String { get }
    init(_ address: Serve.Address)

    /// Makes a conversation.
    func create() throws -> HTTPClientRequest
    /// Sends a message whose reply streams in.
    func stream(_ order: Order, in conversation: String) throws -> HTTPClientRequest
    /// Sends a message that is answered in the background.
    func begin(_ order: Order, in conversation: String) throws -> HTTPClientRequest
    /// Asks how the turn stands that the answer to ``begin(_:in:)`` names.
    func poll(after answer: Data) throws -> HTTPClientRequest
}

struct LyzrDialect: ServedDialect {
    let name = "lyzr"
    private let address: Serve.Address

    init(_ address: Serve.Address) { self.address = address }

    func create() throws -> HTTPClientRequest {
        try post("/v1/sessions/", ["user_id": "load"])
    }

    func stream(_ order: Order, in conversation: String) throws -> HTTPClientRequest {
        try post("/v2/stream/", try inference(order, conversation))
    }

    func begin(_ order: Order, in conversation: String) throws -> HTTPClientRequest {
        try post("/v2/task/", try inference(order, conversation))
    }

    func poll(after answer: Data) throws -> HTTPClientRequest {
        request("/v2/task/" + (try WireJSON.decode(Lyzr.TaskCreated.self, from: answer)).taskID)
    }

    private func inference(_ order: Order, _ conversation: String) throws -> Lyzr.InferenceRequest {
        Lyzr.InferenceRequest(
            userID: "load", agentID: address.agent, sessionID: conversation, message: try order.text)
    }

    private func post(_ path: String, _ body: some Encodable) throws -> HTTPClientRequest {
        var request = request(path)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(data: try WireJSON.encode(body)))
        return request
    }

    private func request(_ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address.url + path)
        request.headers.add(name: Lyzr.keyHeader, value: address.key)
        return request
    }
}
