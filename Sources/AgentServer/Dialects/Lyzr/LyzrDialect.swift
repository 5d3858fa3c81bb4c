import AgentAPI
import Hummingbird
import Wire

/// FastAPI's errors: `{"detail": "…"}`, and for an invalid request `{"detail": [{"loc", "msg", "type"}]}`.
struct LyzrDialect: Dialect {
    let name = "lyzr"

    func response(to error: APIError) -> Response {
        .failure(FastAPIError(error), status: error.status, for: error)
    }
}

extension FastAPIError {
    init(_ error: APIError) {
        if case .invalid(let fieldErrors) = error.reason {
            self.init(fieldErrors.map(Item.init))
        } else {
            self.init(error.message ?? Self.message(for: error.reason))
        }
    }

    private static func message(for reason: APIError.Reason) -> String {
        switch reason {
        case .unauthorized: "Invalid API key"
        case .forbidden: "This key may not do that"
        case .notFound(.page): "Not Found"
        case .notFound(.agent): "Agent not found"
        case .notFound(.conversation): "Session not found"
        case .notFound(.turn): "Task not found"
        case .notFound(.user): "User not found"
        case .notFound(.event): "Event not found"
        case .notFound(.template): "Template not found"
        case .methodNotAllowed: "Method Not Allowed"
        case .busy: "Another message of this session is being answered; send this one when that is done."
        case .nothingPending: "The agent has asked nothing"
        case .answerPending: "The agent waits for an answer"
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
    init(_ error: FieldError) {
        let loc = error.path.map { part in Int64(part).map(JSONValue.integer) ?? .string(part) }
        self.init(loc: loc, msg: error.message, type: Self.type(of: error.kind))
    }

    private static func type(of kind: FieldError.Kind) -> String {
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
