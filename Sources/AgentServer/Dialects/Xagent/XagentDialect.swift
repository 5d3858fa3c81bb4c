import AgentAPI
import HTTPTypes
import Hummingbird
import Wire

/// The one envelope of the chat tasks API: `{"error": {"code": "task_busy", "message": "…"}}`.
struct XagentDialect: Dialect {
    let name = "chat-tasks"

    func response(to refusal: APIError) -> Response {
        var headers: HTTPFields = [:]
        if case .rateLimited(let seconds) = refusal.reason { headers[.retryAfter] = String(seconds) }
        let answer = Self.answer(to: refusal)
        let body = Xagent.ErrorEnvelope(code: answer.code, message: answer.message)
        let status = HTTPResponse.Status(code: answer.status)
        return (try? .json(body, status: status, headers: headers)) ?? Response(status: status)
    }

    private static func answer(to refusal: APIError) -> (status: Int, code: String, message: String) {
        switch refusal.reason {
        case .invalid(let faults):
            let code = Xagent.ErrorCode.invalidInput
            return (code.status, code.rawValue, faults.first.map(words) ?? code.message)
        case .notFound(.page): return (404, "not_found", "Not Found")
        case .methodNotAllowed: return (405, "method_not_allowed", "Method Not Allowed")
        case .tooLarge: return (413, Xagent.ErrorCode.invalidInput.rawValue, "Request body is too large.")
        case .headersTooLarge:
            return (431, Xagent.ErrorCode.invalidInput.rawValue, "Request header is too large.")
        default:
            let code = code(for: refusal.reason)
            return (code.status, code.rawValue, refusal.message ?? code.message)
        }
    }

    /// A key of the wrong kind is as good as none, and what a key may not see is not there.
    private static func code(for reason: APIError.Reason) -> Xagent.ErrorCode {
        switch reason {
        case .unauthorized, .forbidden: .invalidAPIKey
        case .notFound(.agent): .agentNotFound
        case .notFound: .taskNotFound
        case .busy: .taskBusy
        case .nothingPending: .noPendingInteraction
        case .invalid, .tooLarge, .headersTooLarge: .invalidInput
        case .rateLimited: .rateLimited
        case .unavailable: .temporarilyUnavailable
        case .agentFailed, .methodNotAllowed, .internal: .internalError
        }
    }

    private static func words(_ fault: Fault) -> String {
        let path = fault.path.first == "body" ? fault.path.dropFirst() : fault.path[...]
        return path.isEmpty ? fault.message : "\(fault.message) (\(path.joined(separator: ".")))"
    }
}
