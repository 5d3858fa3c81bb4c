import AgentAPI
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import TestSupport
import Testing
import Wire

@testable import AgentServer

/// Nonsense to every route: the server answers, never with an error of its own, and with errors in the dialect of the path.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct FuzzTests {
    /// The whole router without a socket.
    private struct Target {
        let backend: Backend
        let responder: any HTTPResponder<ServerContext>
        let keys: [HTTPFields]

        init() async throws {
            let limits = ServerLimits(bodySize: 64 << 10, requestsPerMinute: nil, streamsPerKey: nil)
            backend = try await TestBackend([.scripted(.echo)], limits: limits).backend
            responder = ServerRouter.responder(for: backend)
            let bound = APIKey.generate(.agent)
            let agent = try await backend.agent(named: "echo", for: nil)
            try await backend.store.add(bound, name: "bound", agent: agent.id, permissions: [.chat])
            let bad: [HTTPFields] = [
                [.authorization: "Bearer \(bound.text)"], [:],
                [.apiKey: "xag_AAAAAA_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"], [.authorization: "Basic eDp5"],
                [.apiKey: "\u{FC}\u{2028}"],
            ]
            keys = bad + Array(repeating: [.apiKey: backend.keyring.processKey], count: 20)
        }

        /// Existing names for a part of a path, so that not every request ends with an unknown one.
        func names(of part: String) async throws -> [String] {
            let agent = try await backend.agent(named: "echo", for: nil)
            let conversation = try await backend.store.findOrCreate(key: "s", agent: agent.id, user: "u")
            switch part {
            case "agent":
                let made = try await backend.store.agents().suffix(2)
                return ["echo", agent.hex, String(agent.id)]
                    + made.flatMap { [$0.key, $0.hex, String($0.id)] }
            case "task":
                let turn = try await backend.store.latestTurn(in: conversation.id)
                return [String(conversation.id), conversation.hex, turn?.ticket ?? "none"]
            case "event":
                return try await backend.store.entries(in: conversation.id).suffix(3).map {
                    "aev_" + $0.token
                }
            case "user":
                try await backend.store.save(
                    StoredUser(
                        id: "u", email: "", firstName: "", lastName: "", metadata: .emptyObject,
                        createdAt: backend.store.now()))
                return ["u"]
            default:
                return ["s"]
            }
        }

        func send(_ method: HTTPRequest.Method, _ path: String, _ fields: HTTPFields, _ body: [UInt8])
            async throws -> (status: Int, body: JSONValue?)
        {
            let head = HTTPRequest(
                method: method, scheme: "http", authority: "localhost", path: path, headerFields: fields)
            let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: body)))
            let context = ServerContext(source: .init(channel: TestChannel.make(), logger: .silent))
            let response = try await responder.respond(to: request, context: context)
            let writer = ChunkCollector()
            try await response.body.write(writer)
            let text = String(decoding: writer.chunks.joined(), as: UTF8.self)
            return (response.status.code, JSONValue(text: text))
        }
    }

    @Test(arguments: 1...3)
    func everyRouteAnswersInItsDialect(seed: UInt64) async throws {
        let target = try await Target()
        var fuzzer = RequestFuzzer(seed: seed)
        let routes = ServerRouter.router(for: target.backend).routes
        #expect(routes.count > 300)
        var seen: [Int: Int] = [:]
        for route in routes {
            for _ in 0..<12 {
                let path = try await Self.path(of: "\(route.path)", target, &fuzzer)
                var fields = fuzzer.pick(target.keys)
                fields[.contentType] = fuzzer.pick(
                    ["application/json", "application/json; charset=utf-16", "multipart/form-data", "text/x"])
                if fuzzer.chance(5) { fields[.contentLength] = "100000000" }
                let body = fuzzer.body()
                let answer = try await target.send(route.method, path, fields, body)
                seen[answer.status, default: 0] += 1
                #expect(
                    Self.isInOrder(answer, path: path, key: fields.presentedKey),
                    """
                    \(route.method) \(path) \(String(decoding: body.prefix(500), as: UTF8.self)) \
                    → \(answer.status) \(String(describing: answer.body))
                    """)
                // Nothing else is checked for a method that the path does not have.
                if answer.status == 405 { break }
            }
        }
        // Otherwise the requests were not wrong enough, or too wrong to get anywhere.
        for status in [200, 201, 202, 204, 400, 401, 403, 404, 405, 413, 422] {
            #expect(seen[status, default: 0] > 0, "\(status) in \(seen)")
        }
    }

    private static func path(
        of route: String, _ target: Target, _ fuzzer: inout RequestFuzzer
    ) async throws -> String {
        var path = ""
        for part in route.split(separator: "/") {
            guard let name = part.wholeMatch(of: /[:{](\w+)}?/)?.output.1 else {
                path += "/" + part
                continue
            }
            path += "/" + fuzzer.name(known: try await target.names(of: String(name)))
        }
        return path + fuzzer.pick(["", "/"]) + fuzzer.query()
    }

    /// Whether an answer is no internal error, and if it is an error, one that the clients of this path can read.
    private static func isInOrder(
        _ answer: (status: Int, body: JSONValue?), path: String, key: String?
    ) -> Bool {
        guard answer.status >= 400 else { return answer.status >= 200 }
        guard answer.status < 500, let body = answer.body else { return false }
        let detail = body["detail"]
        let isList = detail?.elements.map { list in
            !list.isEmpty
                && list.allSatisfy {
                    $0["loc"]?.elements != nil && $0["msg"]?.string != nil && $0["type"]?.string != nil
                }
        }
        if path.hasPrefix("/v2/agents") || path.hasPrefix("/v2/agent_aliases") {
            let hasFields = answer.status != 400 || body["field_errors"] != nil
            let hasId = answer.status != 404 || body["id"]?.string != nil
            return body["messages"]?.elements?.first?.string?.isEmpty == false
                && body["code"]?.string?.isEmpty == false && body["request_id"]?.string != nil && hasFields
                && hasId
        }
        if ["/v1/chat", "/v1/me", "/v1/agents", "/v1/templates"].contains(where: path.hasPrefix)
            || path.hasPrefix("/v1/") && key?.hasPrefix("xag_") == true
        {
            return body["error"]?["code"]?.string?.isEmpty == false
                && body["error"]?["message"]?.string?.isEmpty == false
        }
        if path.contains("/api/v1/external") || path.hasPrefix("/ia-controller")
            || path.hasPrefix("/api/ia-controller")
        {
            if answer.status == 422 { return isList == true }
            if answer.status == 401 { return detail == "Not authenticated" }
            return body["status_code"] == .integer(Int64(answer.status))
                && body["message"]?.string?.isEmpty == false && body["description"]?.string != nil
        }
        return answer.status == 422 ? isList == true : detail?.string?.isEmpty == false
    }

    @Test(arguments: [
        "", "nonsense", "null", "[]", "{}", #"{"task_id": 7, "text": "x"}"#,
        #"{"task_id": "none", "text": "x"}"#,
        #"{"task_id": "none"}"#, String(repeating: "[", count: 100_000),
    ])
    func socketRefusesAndCloses(text: String) async throws {
        let server = LocalServer(ServerConfiguration(store: .memory, agents: [.scripted(.echo)]))
        let url = try await server.start()
        let key = await server.processKey ?? ""
        let said = try await SocketClient.talk(
            to: url, path: AUISocket.path, headers: ["x-network-api-key": key], first: text)
        let status = said.texts.first.flatMap(JSONValue.init(text:))?["status_code"]
        #expect(status == 422 || status == 404)
        #expect(said.closeCode == .policyViolation)
        await server.stop(grace: .zero)
    }

    @Test func noiseOnTheSocketDoesNotHarmTheServer() async throws {
        let server = LocalServer(ServerConfiguration(store: .memory, agents: [.scripted(.echo)]))
        let url = try await server.start()
        var fuzzer = RequestFuzzer(seed: 7)
        let pieces = [
            "GET ", "POST ", "/v2/stream/", "/", " HTTP/1.1", "\r\n", "\r\n\r\n", "content-length: ", "-1",
            "5",
            "99999999999999999999", "transfer-encoding: chunked\r\n", "upgrade: websocket\r\n",
            "connection: upgrade\r\n", "sec-websocket-key: x\r\n", "\u{0}", ":", "host: x\r\n",
            "FFFFFFFFFF\r\n",
            "connection: close\r\n",
        ]
        for _ in 0..<40 {
            let noise = (0..<12).map { _ in fuzzer.pick(pieces) }.joined()
            let answer = try await RawClient(url).send("GET \(noise)\r\n\r\n\u{1}\r\n\r\n")
            #expect(!answer.hasPrefix("HTTP/1.1 5"), "\(noise)")
        }
        #expect(try await TestClient(url: url, key: "").get("/health").status == .ok)
        await server.stop(grace: .zero)
    }
}
