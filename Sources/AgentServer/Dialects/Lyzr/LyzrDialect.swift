import AgentAPI
import HTTPTypes
import Hummingbird
import Wire

/// FastAPI's way to refuse: `{"detail": "…"}`, and with a request that does not fit `{"detail": [{"loc", "msg", "type"}]}`.
struct LyzrDialect: Dialect {
    let name = "lyzr"

    func response(to refusal: APIError) -> Response {
        var headers: HTTPFields = [:]
        if case .rateLimited(let seconds) = refusal.reason { headers[.retryAfter] = String(seconds) }
        let body = FastAPIError(refusal)
        let status = HTTPResponse.Status(code: refusal.status)
        return (try? .json(body, status: status, headers: headers)) ?? Response(status: status)
    }
}

extension FastAPIError {
    init(_ refusal: APIError) {
        if case .invalid(let faults) = refusal.reason {
            self.init(faults.map(Item.init))
        } else {
            self.init(refusal.message ?? Self.words(for: refusal.reason))
        }
    }

    private static func words(for reason: APIError.Reason) -> String {
        switch reason {
        case .unauthorized: "Invalid API key"
        case .forbidden: "This key may not do that"
        case .notFound(.page): "Not Found"
        case .notFound(.agent): "Agent not found"
        case .notFound(.conversation): "Session not found"
        case .notFound(.turn): "Task not found"
        case .notFound(.user): "User not found"
        case .notFound(.event): "Event not found"
        case .methodNotAllowed: "Method Not Allowed"
        case .busy: "Another message of this session is being answered; send this one when that is done."
        case .nothingPending: "The agent has asked nothing"
        case .invalid: "The request does not fit"
        case .tooLarge: "The request is too large"
        case .headersTooLarge: "The header is too large"
        case .rateLimited(let seconds): "Too many requests; try again in \(seconds) s."
        case .agentFailed: "The agent failed"
        case .unavailable: "The server is stopping"
        case .internal: "Internal Server Error"
        }
    }
}

extension FastAPIError.Item {
    init(_ fault: Fault) {
        let loc = fault.path.map { part in Int64(part).map(JSONValue.integer) ?? .string(part) }
        self.init(loc: loc, msg: fault.message, type: Self.type(of: fault.kind))
    }

    private static func type(of kind: Fault.Kind) -> String {
        switch kind {
        case .missing: "value_error.missing"
        case .null: "type_error.none.not_allowed"
        case .type("string"): "type_error.str"
        case .type("integer"): "type_error.integer"
        case .type("boolean"): "type_error.bool"
        case .type("number"): "type_error.float"
        case .type("list"): "type_error.list"
        case .type: "type_error.dict"
        case .tooShort: "value_error.any_str.min_length"
        case .tooLong: "value_error.any_str.max_length"
        case .malformed: "value_error"
        case .notJSON: "value_error.jsondecode"
        }
    }
}
