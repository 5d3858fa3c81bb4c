import AgentAPI
import HTTPTypes
import Hummingbird

/// AUI's ways to refuse: `{"detail": …}` where the key or the request does not fit, and otherwise
/// `{"status_code", "description", "message", "extra_data"}`.
struct AUIDialect: Dialect {
    let name = "aui"

    func response(to refusal: APIError) -> Response {
        var headers: HTTPFields = [:]
        if case .rateLimited(let seconds) = refusal.reason { headers[.retryAfter] = String(seconds) }
        let status = HTTPResponse.Status(code: refusal.status)
        let response: Response?
        switch refusal.reason {
        case .unauthorized:
            response = try? .json(FastAPIError("Not authenticated"), status: status)
        case .invalid(let faults):
            response = try? .json(FastAPIError(faults.map(FastAPIError.Item.init)), status: status)
        default:
            response = try? .json(AUI.ApplicationError(refusal), status: status, headers: headers)
        }
        return response ?? Response(status: status)
    }
}

extension AUI.ApplicationError {
    init(_ refusal: APIError) {
        self.init(
            statusCode: refusal.status, description: Self.description(of: refusal.reason),
            message: refusal.message ?? Self.words(for: refusal.reason))
    }

    private static func description(of reason: APIError.Reason) -> String {
        switch reason {
        case .unauthorized: "Unauthorized"
        case .forbidden: "Forbidden"
        case .notFound: "Not Found"
        case .methodNotAllowed: "Method Not Allowed"
        case .busy, .nothingPending: "Conflict"
        case .invalid: "Unprocessable Entity"
        case .tooLarge: "Content Too Large"
        case .headersTooLarge: "Request Header Fields Too Large"
        case .rateLimited: "Too Many Requests"
        case .agentFailed, .internal: "Internal server error"
        case .unavailable: "Service Unavailable"
        }
    }

    private static func words(for reason: APIError.Reason) -> String {
        switch reason {
        case .unauthorized: "Not authenticated"
        case .forbidden: "This key may not do that."
        case .notFound(.conversation): "There is no such task."
        case .notFound(.agent): "There is no such agent."
        case .notFound: "There is nothing here."
        case .methodNotAllowed: "This path does not take this method."
        case .busy: "Another message of this task is being answered."
        case .nothingPending: "The agent has asked nothing."
        case .invalid(let faults):
            faults.first.map { ($0.path.dropFirst() + [$0.message]).joined(separator: " ") }
                ?? "Invalid request."
        case .tooLarge: "The request is too large."
        case .headersTooLarge: "The header is too large."
        case .rateLimited(let seconds): "Too many requests; try again in \(seconds) s."
        case .agentFailed: "The agent failed."
        case .unavailable: "The server is stopping."
        case .internal: "An unexpected error occurred."
        }
    }
}
