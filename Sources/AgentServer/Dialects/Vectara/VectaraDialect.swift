import AgentAPI
import Hummingbird

/// Vectara's errors: `{"messages": ["…"], "code": "…", "request_id": "…"}`; a 404 adds `id`, a 400 `field_errors`.
struct VectaraDialect: Dialect {
    let name = "vectara"

    func response(to error: APIError) -> Response {
        let body = Vectara.Failure(
            error.message ?? Self.message(for: error.reason), code: Self.code(for: error.reason),
            requestID: Identifier.uuid().replacing("-", with: ""), id: Self.subject(of: error),
            fieldErrors: Self.fieldErrors(error.reason))
        return .failure(body, status: Self.status(of: error), for: error)
    }

    /// What is unprocessable in other dialects is a bad request here.
    private static func status(of error: APIError) -> Int {
        if case .invalid = error.reason { 400 } else { error.status }
    }

    private static func subject(of error: APIError) -> String? {
        if case .notFound(let resource) = error.reason { error.subject ?? resource.rawValue } else { nil }
    }

    private static func fieldErrors(_ reason: APIError.Reason) -> [String: String]? {
        guard case .invalid(let fieldErrors) = reason else { return nil }
        let named = fieldErrors.map { ($0.path.dropFirst().joined(separator: "."), $0.message) }
        return Dictionary(named.filter { !$0.0.isEmpty }, uniquingKeysWith: { first, _ in first })
    }

    /// The documents' word, or one in their style where they have none.
    static func code(for reason: APIError.Reason) -> String {
        switch reason {
        case .unauthorized: Vectara.ErrorCode.unauthorized.rawValue
        case .forbidden: Vectara.ErrorCode.forbidden.rawValue
        case .notFound(.agent): Vectara.ErrorCode.agentNotFound.rawValue
        case .notFound(.conversation): Vectara.ErrorCode.sessionNotFound.rawValue
        case .notFound(.event): "event_not_found"
        case .notFound: "not_found"
        case .methodNotAllowed: "method_not_allowed"
        case .busy: "session_busy"
        case .invalid(let fieldErrors): code(for: fieldErrors).rawValue
        case .nothingPending, .answerPending, .tooLarge, .headersTooLarge:
            Vectara.ErrorCode.invalidRequest.rawValue
        case .rateLimited: Vectara.ErrorCode.rateLimitExceeded.rawValue
        case .agentFailed: Vectara.ErrorCode.agentProcessingFailed.rawValue
        case .unavailable: "service_unavailable"
        case .internal: "internal_error"
        }
    }

    /// That of the first field, which the message is about.
    private static func code(for fieldErrors: [FieldError]) -> Vectara.ErrorCode {
        switch fieldErrors.first?.path.dropFirst().first {
        case "metadata", "metadata_filter": .invalidMetadata
        case "messages": .invalidMessageContent
        default: .invalidRequest
        }
    }

    private static func message(for reason: APIError.Reason) -> String {
        switch reason {
        case .unauthorized: "The API key is missing or invalid"
        case .forbidden: "This API key may not do that"
        case .notFound(.page): "There is no such endpoint"
        case .notFound(.agent): "Agent not found"
        case .notFound(.conversation): "Session not found"
        case .notFound(.event): "Event not found"
        case .notFound: "Not found"
        case .methodNotAllowed: "The endpoint does not take this method"
        case .busy:
            "Session is already running. Use the `since` field in the request body to queue input."
        case .nothingPending: "The agent has asked nothing"
        case .answerPending: "The agent waits for an answer"
        case .invalid(let fieldErrors):
            fieldErrors.first.map { ($0.path.dropFirst() + [$0.message]).joined(separator: " ") }
                ?? "The request is malformed"
        case .tooLarge: "The request is too large"
        case .headersTooLarge: "The header is too large"
        case .rateLimited(let seconds): "Rate limit exceeded; try again in \(seconds) s"
        case .agentFailed: "The agent failed"
        case .unavailable: "The server is stopping"
        case .internal: "Internal server error"
        }
    }
}
