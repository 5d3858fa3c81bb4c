import HTTPTypes
import Hummingbird
import NIOCore

/// Whether the server is well, and its figures: for those who run it.
struct MetricsRoutes {
    let backend: Backend

    func add(to router: Router<ServerContext>) {
        router.get("health", use: health)
        router.get("metrics", use: metrics)
    }

    /// Needs no key and tells nothing but this.
    @Sendable private func health(_ request: Request, context: ServerContext) async throws -> Response {
        let isWell = (try? await backend.store.turnsAtWork()) != nil
        return try .json(
            ["status": isWell ? "ok" : "store unavailable"], status: isWell ? .ok : .serviceUnavailable)
    }

    /// For who is on this machine, and elsewhere for keys that may.
    @Sendable private func metrics(_ request: Request, context: ServerContext) async throws -> Response {
        if !context.isLocal(request) { try await check(request) }
        let text = try await text()
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private func check(_ request: Request) async throws {
        guard let key = request.headers.presentedKey,
            let principal = try await backend.keyring.principal(presenting: key)
        else { throw APIError(.unauthorized) }
        guard principal.permissions.contains(.metrics) else { throw APIError(.forbidden) }
    }

    private func text() async throws -> String {
        let (counts, bytes) = (backend.metrics.counts, backend.metrics.bytes)
        let turns = try await backend.store.turnsAtWork()
        var text = PrometheusText()
        text.begin("parley_requests_total", .counter, "Requests that were answered.")
        for (request, count) in counts.requests.sorted(by: { $0.key < $1.key }) {
            text.sample(
                "parley_requests_total", ["dialect": request.dialect, "status": "\(request.status)"], count)
        }
        text.add(
            "parley_streams_open", .gauge, "Replies that are being written or looked on at.",
            backend.turnstile.openStreams)
        text.begin("parley_turns", .gauge, "Turns that are not over.")
        for state in [Turn.State.queued, .running] {
            text.sample("parley_turns", ["state": state.rawValue], turns[state] ?? 0)
        }
        text.begin("parley_turns_total", .counter, "Turns that are over.")
        for state in [Turn.State.completed, .failed, .interrupted] {
            text.sample("parley_turns_total", ["state": state.rawValue], counts.turns[state] ?? 0)
        }
        text.add("parley_turn_seconds", "How long turns took.", counts.turnSeconds)
        text.add("parley_received_bytes_total", .counter, "Bytes from clients.", bytes.received)
        text.add("parley_sent_bytes_total", .counter, "Bytes to clients.", bytes.sent)
        return text.text
    }
}

extension ServerContext {
    /// Whether the request comes from this machine, and not through something that passes on the requests of others.
    func isLocal(_ request: Request) -> Bool {
        let isPassedOn = HTTPField.Name.passedOn.contains { request.headers[$0] != nil }
        switch channel.remoteAddress {
        case .v4(let address): return !isPassedOn && address.host.hasPrefix("127.")
        case .v6(let address): return !isPassedOn && address.host == "::1"
        default: return false
        }
    }
}

extension HTTPField.Name {
    /// What proxies add.
    fileprivate static let passedOn = ["forwarded", "x-forwarded-for", "x-real-ip", "via"].compactMap {
        HTTPField.Name($0)
    }
}
