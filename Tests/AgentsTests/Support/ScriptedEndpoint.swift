import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization
import TestSupport
import Wire

@testable import Agents

/// A chat completions endpoint on loopback that answers as scripted and keeps the requests.
final class ScriptedEndpoint: Sendable {
    typealias Answer = @Sendable (ScriptedEndpoint) async throws -> Response

    private let asked = Mutex<[(headers: HTTPFields, body: JSONValue)]>([])

    /// The bodies of the questions, in order.
    var questions: [JSONValue] { asked.withLock { $0.map(\.body) } }
    var headers: [HTTPFields] { asked.withLock { $0.map(\.headers) } }

    /// Runs an endpoint while `use` runs, which is given the address up to `/v1`.
    /// - Parameter held: The list of models waits for it.
    static func run(
        models: String? = nil, held: Signal? = nil, _ answer: @escaping Answer,
        use: @escaping @Sendable (ScriptedEndpoint, String) async throws -> Void
    ) async throws {
        let endpoint = ScriptedEndpoint()
        let router = Router()
        router.post("v1/chat/completions") { request, _ in
            let body = String(buffer: try await request.body.collect(upTo: 1 << 20))
            endpoint.asked.withLock { $0.append((request.headers, JSONValue(text: body) ?? .null)) }
            return try await answer(endpoint)
        }
        if let models {
            router.get("v1/models") { _, _ in
                await held?.wait()
                return Response.document(models)
            }
        }
        let app = Application(
            responder: router.buildResponder(),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await app.test(.live) { client in
            try await use(endpoint, "http://127.0.0.1:\(client.port ?? 0)/v1")
        }
    }

    /// A port on which nothing listens.
    static let nowhere = "http://127.0.0.1:1/v1"
}

extension Response {
    /// A stream of these events, cut off without its end if `isWhole` is false.
    static func stream(_ events: [String], isWhole: Bool = true) -> Response {
        streaming { writer in
            for event in events { try await writer.write(ByteBuffer(string: "data: \(event)\n\n")) }
            if !isWhole { throw CancellationError() }
        }
    }

    static func streaming(
        _ write: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
    ) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/event-stream"],
            body: ResponseBody { writer in
                try await write(&writer)
                try await writer.finish(nil)
            })
    }

    static func document(
        _ json: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: json)))
    }
}

/// A chunk of a streamed completion with this text.
func delta(_ text: String) -> String {
    JSONValue.object(["choices": [["index": 0, "delta": ["content": .string(text)]]]]).compact
}

/// The last chunk of one.
let stop = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
