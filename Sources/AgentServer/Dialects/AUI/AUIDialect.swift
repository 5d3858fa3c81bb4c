import AgentAPI
import Hummingbird

/// AUI's errors: `{"detail": …}` for a missing key or an invalid request, otherwise
/// `{"status_code", "description", "message", "extra_data"}`.
struct AUIDialect: Dialect {
    let name = "aui"

    /// The path prefixes of the vendor's hosts.
    static let bases = ["", "/api/ia-controller", "/ia-controller"]

    func response(to error: APIError) -> Response {
        switch error.reason {
        case .unauthorized:
            .failure(FastAPIError("Not authenticated"), status: error.status, for: error)
        case .invalid(let fieldErrors):
            .failure(
                FastAPIError(fieldErrors.map(FastAPIError.Item.init)), status: error.status, for: error)
        default:
            .failure(AUI.ApplicationError(error), status: error.status, for: error)
        }
    }
}

extension AUI.ApplicationError {
    init(_ error: APIError) {
        self.init(
            statusCode: error.status, description: Self.description(of: error.reason),
            message: error.message ?? Self.message(for: error.reason))
    }

    private static func description(of reason: APIError.Reason) -> String {
        switch reason {
        case .unauthorized: "Unauthorized"
        case .forbidden: "Forbidden"
        case .notFound: "Not Found"
        case .methodNotAllowed: "Method Not Allowed"
        case .busy, .nothingPending, .answerPending: "Conflict"
        case .invalid: "Unprocessable Entity"
        case .tooLarge: "Content Too Large"
        case .headersTooLarge: "Request Header Fields Too Large"
        case .rateLimited: "Too Many Requests"
        case .agentFailed, .internal: "Internal server error"
        case .unavailable: "Service Unavailable"
        }
    }

    private static func message(for reason: APIError.Reason) -> String {
        switch reason {
        case .unauthorized: "Not authenticated"
        case .forbidden: "This key may not do that."
        case .notFound(.conversation): "There is no such task."
        case .notFound(.agent): "There is no such agent."
        case .notFound: "There is nothing here."
        case .methodNotAllowed: "This path does not take this method."
        case .busy: "Another message of this task is being answered."
        case .nothingPending: "The agent has asked nothing."
        case .answerPending: "The agent waits for an answer."
        case .invalid(let fieldErrors):
            fieldErrors.first.map { ($0.path.dropFirst() + [$0.message]).joined(separator: " ") }
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
