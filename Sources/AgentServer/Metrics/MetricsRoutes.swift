import HTTPTypes
import Hummingbird
import NIOCore

/// `/health` and `/metrics`, for the operators of the server.
struct MetricsRoutes {
    let backend: Backend

    func add(to router: Router<ServerContext>) {
        router.get("health", use: health)
        router.get("metrics", use: metrics)
    }

    /// Needs no key.
    @Sendable private func health(_ request: Request, context: ServerContext) async throws -> Response {
        let isHealthy = (try? await backend.store.unfinishedTurns()) != nil
        return try .json(
            ["status": isHealthy ? "ok" : "store unavailable"], status: isHealthy ? .ok : .serviceUnavailable)
    }

    /// Needs a key with ``KeyPermission/metrics``, except on this computer.
    @Sendable private func metrics(_ request: Request, context: ServerContext) async throws -> Response {
        if !context.isLocal(request) { try await authorize(request, context) }
        let text = try await text()
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private func authorize(_ request: Request, _ context: ServerContext) async throws {
        guard let key = request.headers.presentedKey,
            let principal = try await backend.keyring.principal(presenting: key, from: context.clientAddress)
        else { throw APIError(.unauthorized) }
        guard principal.permissions.contains(.metrics) else { throw APIError(.forbidden) }
    }

    private func text() async throws -> String {
        let (counts, bytes) = (backend.metrics.counts, backend.metrics.bytes)
        let turns = try await backend.store.unfinishedTurns()
        var text = PrometheusText()
        text.begin("parley_requests_total", .counter, "Requests that were answered.")
        for (request, count) in counts.requests.sorted(by: { $0.key < $1.key }) {
            text.sample(
                "parley_requests_total", ["dialect": request.dialect, "status": "\(request.status)"], count)
        }
        text.add(
            "parley_streams_open", .gauge, "Replies that are being written or watched.",
            backend.admission.openStreams)
        text.begin("parley_turns", .gauge, "Turns that are not finished.")
        for state in [StoredTurn.State.queued, .running] {
            text.sample("parley_turns", ["state": state.rawValue], turns[state] ?? 0)
        }
        text.begin("parley_turns_total", .counter, "Turns that are finished.")
        for state in [StoredTurn.State.completed, .failed, .interrupted] {
            text.sample("parley_turns_total", ["state": state.rawValue], counts.turns[state] ?? 0)
        }
        text.begin("parley_summaries_total", .counter, "Summaries of conversations that are finished.")
        for state in [StoredTurn.State.completed, .failed, .interrupted] {
            text.sample("parley_summaries_total", ["state": state.rawValue], counts.summaries[state] ?? 0)
        }
        text.add("parley_turn_seconds", "How long turns and summaries took.", counts.turnSeconds)
        text.add("parley_received_bytes_total", .counter, "Bytes from clients.", bytes.received)
        text.add("parley_sent_bytes_total", .counter, "Bytes to clients.", bytes.sent)
        return text.text
    }
}

extension ServerContext {
    /// Whether the request comes from this computer and not through a proxy.
    func isLocal(_ request: Request) -> Bool {
        let isForwarded = HTTPField.Name.forwarding.contains { request.headers[$0] != nil }
        switch channel.remoteAddress {
        case .v4(let address): return !isForwarded && address.host.hasPrefix("127.")
        case .v6(let address): return !isForwarded && address.host == "::1"
        default: return false
        }
    }
}

extension HTTPField.Name {
    /// Added by proxies.
    fileprivate static let forwarding = ["forwarded", "x-forwarded-for", "x-real-ip", "via"].compactMap {
        HTTPField.Name($0)
    }
}
