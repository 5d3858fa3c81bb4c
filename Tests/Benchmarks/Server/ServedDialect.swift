import AgentAPI
import AsyncHTTPClient
import Foundation
import NIOCore
import Wire

/// The requests of one vendor's API, as far as the load needs them.
protocol ServedDialect: Sendable {
    var name: String { get }
    /// Whether one request is answered by a stream.
    var streams: Bool { get }
    init(_ address: Serve.Address)

    /// Makes a conversation.
    func create() throws -> HTTPClientRequest
    /// The conversation that the answer to ``create()`` names.
    func conversation(in answer: Data) throws -> String
    /// Sends a message, which is taken or answered as this API does it.
    func append(_ order: Order, to conversation: String) throws -> HTTPClientRequest
    /// Sends a message whose reply streams in.
    func stream(_ order: Order, in conversation: String) throws -> HTTPClientRequest
    /// Asks what has become of a message.
    /// - Parameter answer: to ``append(_:to:)``.
    func poll(_ conversation: String, after answer: Data) throws -> HTTPClientRequest
    /// Whether an answer to ``create()`` or ``poll(_:after:)`` says that the agent is at work.
    func isAtWork(_ answer: Data) -> Bool
}

/// What the load asked for does not exist.
struct NoSuchRequest: Error {}

extension ServedDialect {
    var streams: Bool { false }
    func isAtWork(_ answer: Data) -> Bool { false }
    func stream(_ order: Order, in conversation: String) throws -> HTTPClientRequest { throw NoSuchRequest() }
}

extension Serve.Address {
    fileprivate func get(_ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url + path)
        request.headers.add(name: "x-api-key", value: key)
        return request
    }

    fileprivate func post(_ path: String, _ body: JSONValue) throws -> HTTPClientRequest {
        var request = get(path)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(data: try WireJSON.encode(body)))
        return request
    }
}

/// A value of the object that an answer is.
private func value(_ name: String, in answer: Data) throws -> JSONValue {
    guard let value = try WireJSON.decode(JSONValue.self, from: answer)[name] else { throw NoSuchRequest() }
    return value
}

struct LyzrDialect: ServedDialect {
    let name = "lyzr"
    let streams = true
    private let address: Serve.Address

    init(_ address: Serve.Address) { self.address = address }

    func create() throws -> HTTPClientRequest {
        try address.post("/v1/sessions/", ["user_id": "load"])
    }

    func conversation(in answer: Data) throws -> String { try value("session_id", in: answer).readable }

    func append(_ order: Order, to conversation: String) throws -> HTTPClientRequest {
        try address.post("/v2/task/", try inference(order, conversation))
    }

    func stream(_ order: Order, in conversation: String) throws -> HTTPClientRequest {
        try address.post("/v2/stream/", try inference(order, conversation))
    }

    func poll(_ conversation: String, after answer: Data) throws -> HTTPClientRequest {
        address.get("/v2/task/" + (try value("task_id", in: answer).readable))
    }

    private func inference(_ order: Order, _ conversation: String) throws -> JSONValue {
        [
            "user_id": "load", "agent_id": .string(address.agent), "session_id": .string(conversation),
            "message": .string(try order.text),
        ]
    }
}

struct VectaraDialect: ServedDialect {
    let name = "vectara"
    let streams = true
    private let address: Serve.Address
    private let sessions = "/v2/agents/ordered/sessions"

    init(_ address: Serve.Address) { self.address = address }

    func create() throws -> HTTPClientRequest { try address.post(sessions, ["name": "Load"]) }

    func conversation(in answer: Data) throws -> String { try value("key", in: answer).readable }

    func append(_ order: Order, to conversation: String) throws -> HTTPClientRequest {
        try input(order, conversation, streams: false)
    }

    func stream(_ order: Order, in conversation: String) throws -> HTTPClientRequest {
        try input(order, conversation, streams: true)
    }

    func poll(_ conversation: String, after answer: Data) throws -> HTTPClientRequest {
        address.get("\(sessions)/\(conversation)/events")
    }

    private func input(_ order: Order, _ conversation: String, streams: Bool) throws -> HTTPClientRequest {
        try address.post(
            "\(sessions)/\(conversation)/events",
            [
                "messages": [["type": "text", "content": .string(try order.text)]],
                "stream_response": .bool(streams),
            ])
    }
}

struct XagentDialect: ServedDialect {
    let name = "chat tasks"
    private let address: Serve.Address
    private let tasks = "/v1/chat/tasks"

    init(_ address: Serve.Address) { self.address = address }

    func create() throws -> HTTPClientRequest { try address.post(tasks, try message(Order())) }

    func conversation(in answer: Data) throws -> String { try value("task_id", in: answer).readable }

    func append(_ order: Order, to conversation: String) throws -> HTTPClientRequest {
        try address.post("\(tasks)/\(conversation)/messages", try message(order))
    }

    func poll(_ conversation: String, after answer: Data) throws -> HTTPClientRequest {
        address.get("\(tasks)/\(conversation)")
    }

    func isAtWork(_ answer: Data) -> Bool { (try? value("status", in: answer)) == "running" }

    private func message(_ order: Order) throws -> JSONValue {
        [
            "agent_id": .integer(address.agentNumber),
            "message": ["role": "user", "content": .string(try order.text)],
        ]
    }
}

struct AUIDialect: ServedDialect {
    let name = "aui"
    private let address: Serve.Address
    private let external = "/api/v1/external"

    init(_ address: Serve.Address) { self.address = address }

    func create() throws -> HTTPClientRequest { try address.post(external + "/tasks", ["user_id": "load"]) }

    func conversation(in answer: Data) throws -> String { try value("id", in: answer).readable }

    func append(_ order: Order, to conversation: String) throws -> HTTPClientRequest {
        try address.post(
            external + "/message", ["task_id": .string(conversation), "text": .string(try order.text)])
    }

    func poll(_ conversation: String, after answer: Data) throws -> HTTPClientRequest {
        address.get("\(external)/tasks/\(conversation)/messages")
    }
}
