import AgentAPI
import HTTPTypes
import Hummingbird

/// Vectara's way to refuse: `{"messages": ["…"], "request_id": "…"}`; a 404 adds `id`, a 400 `field_errors`.
struct VectaraDialect: Dialect {
    let name = "vectara"

    func response(to refusal: APIError) -> Response {
        var headers: HTTPFields = [:]
        if case .rateLimited(let seconds) = refusal.reason { headers[.retryAfter] = String(seconds) }
        let status = HTTPResponse.Status(code: Self.status(of: refusal))
        let body = Vectara.Failure(
            refusal.message ?? Self.words(for: refusal.reason),
            requestID: Identifier.uuid().replacing("-", with: ""), id: Self.name(of: refusal),
            fieldErrors: Self.fieldErrors(refusal.reason))
        return (try? .json(body, status: status, headers: headers)) ?? Response(status: status)
    }

    /// What other dialects call unprocessable is a bad request here.
    private static func status(of refusal: APIError) -> Int {
        if case .invalid = refusal.reason { 400 } else { refusal.status }
    }

    private static func name(of refusal: APIError) -> String? {
        if case .notFound(let thing) = refusal.reason { refusal.subject ?? thing.rawValue } else { nil }
    }

    private static func fieldErrors(_ reason: APIError.Reason) -> [String: String]? {
        guard case .invalid(let faults) = reason else { return nil }
        let named = faults.map { ($0.path.dropFirst().joined(separator: "."), $0.message) }
        return Dictionary(named.filter { !$0.0.isEmpty }, uniquingKeysWith: { first, _ in first })
    }

    private static func words(for reason: APIError.Reason) -> String {
        switch reason {
        case .unauthorized: "The API key is missing or invalid"
        case .forbidden: "This API key may not do that"
        case .notFound(.page): "There is no such endpoint"
        case .notFound(.agent): "Agent not found"
        case .notFound(.conversation): "Session not found"
        case .notFound(.event): "Event not found"
        case .notFound(.turn), .notFound(.user): "Not found"
        case .methodNotAllowed: "The endpoint does not take this method"
        case .busy:
            "Session is already running. Use the `since` field in the request body to queue input."
        case .nothingPending: "The agent has asked nothing"
        case .invalid(let faults):
            faults.first.map { fault in
                (fault.path.dropFirst() + [fault.message]).joined(separator: " ")
            } ?? "The request is malformed"
        case .tooLarge: "The request is too large"
        case .headersTooLarge: "The header is too large"
        case .rateLimited(let seconds): "Rate limit exceeded; try again in \(seconds) s"
        case .agentFailed: "The agent failed"
        case .unavailable: "The server is stopping"
        case .internal: "Internal server error"
        }
    }
}
