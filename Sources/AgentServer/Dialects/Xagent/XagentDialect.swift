import AgentAPI
import Hummingbird
import Wire

/// Xagent's errors: `{"error": {"code": "task_busy", "message": "…"}}`.
struct XagentDialect: Dialect {
    let name = "chat-tasks"

    func response(to error: APIError) -> Response {
        let (status, code, message) = Self.envelope(for: error)
        let body = Xagent.ErrorEnvelope(code: code, message: message)
        return .failure(body, status: status, for: error)
    }

    private static func envelope(for error: APIError) -> (status: Int, code: String, message: String) {
        switch error.reason {
        case .invalid(let fieldErrors):
            let code = Xagent.ErrorCode.invalidInput
            return (code.status, code.rawValue, fieldErrors.first.map(message) ?? code.message)
        case .notFound(.page): return (404, "not_found", "Not Found")
        case .methodNotAllowed: return (405, "method_not_allowed", "Method Not Allowed")
        case .tooLarge: return (413, Xagent.ErrorCode.invalidInput.rawValue, "Request body is too large.")
        case .headersTooLarge:
            return (431, Xagent.ErrorCode.invalidInput.rawValue, "Request header is too large.")
        default:
            let code = code(for: error.reason)
            return (code.status, code.rawValue, error.message ?? code.message)
        }
    }

    /// A key without the permission is answered like a wrong one, and what a key may not see like something missing.
    private static func code(for reason: APIError.Reason) -> Xagent.ErrorCode {
        switch reason {
        case .unauthorized, .forbidden: .invalidAPIKey
        case .notFound(.agent): .agentNotFound
        case .notFound(.template): .templateNotFound
        case .notFound: .taskNotFound
        case .busy: .taskBusy
        case .nothingPending: .noPendingInteraction
        case .answerPending: .interactionResponseRequired
        case .invalid, .tooLarge, .headersTooLarge: .invalidInput
        case .rateLimited: .rateLimited
        case .unavailable: .temporarilyUnavailable
        case .agentFailed, .methodNotAllowed, .internal: .internalError
        }
    }

    private static func message(_ error: FieldError) -> String {
        let path = error.path.first == "body" ? error.path.dropFirst() : error.path[...]
        return path.isEmpty ? error.message : "\(error.message) (\(path.joined(separator: ".")))"
    }
}
