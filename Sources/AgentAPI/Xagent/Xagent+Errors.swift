import Wire

extension Xagent {
    /// The body of every error: `{"error": {"code": "task_busy", "message": "…"}}`.
    public struct ErrorEnvelope: Codable, Hashable, Sendable, Error {
        public struct Content: Codable, Hashable, Sendable {
            public var code: String
            public var message: String
            /// Omitted if nil.
            public var details: JSONValue?
        }

        public var error: Content

        /// - Parameter code: One of ``ErrorCode``, or another.
        public init(code: String, message: String, details: JSONValue? = nil) {
            error = Content(code: code, message: message, details: details)
        }
    }

    /// The error codes of the contract, with their HTTP status and default message.
    public enum ErrorCode: String, CaseIterable, Sendable {
        case invalidAPIKey = "invalid_api_key"
        case quotaExceeded = "quota_exceeded"
        case clientQuotaExceeded = "client_quota_exceeded"
        case agentNotFound = "agent_not_found"
        case taskNotFound = "task_not_found"
        case templateNotFound = "template_not_found"
        case workforceNotFound = "workforce_not_found"
        case fileNotFound = "file_not_found"
        case taskBusy = "task_busy"
        case interactionResponseRequired = "interaction_response_required"
        case noPendingInteraction = "no_pending_interaction"
        case interactionNotResumable = "interaction_not_resumable"
        case workforceArchived = "workforce_archived"
        case workforceNotActive = "workforce_not_active"
        case workforceConfigChanged = "workforce_config_changed"
        case idempotencyConflict = "idempotency_conflict"
        case invalidInput = "invalid_input"
        case rateLimited = "rate_limited"
        case internalError = "internal_error"
        case temporarilyUnavailable = "temporarily_unavailable"

        public var status: Int {
            switch self {
            case .invalidAPIKey: 401
            case .quotaExceeded, .clientQuotaExceeded: 402
            case .agentNotFound, .taskNotFound, .templateNotFound, .workforceNotFound, .fileNotFound: 404
            case .taskBusy, .interactionResponseRequired, .noPendingInteraction, .interactionNotResumable,
                .workforceArchived, .workforceNotActive, .workforceConfigChanged, .idempotencyConflict:
                409
            case .invalidInput: 422
            case .rateLimited: 429
            case .internalError: 500
            case .temporarilyUnavailable: 503
            }
        }

        /// The service's own default text.
        public var message: String {
            switch self {
            case .invalidAPIKey: "Invalid or revoked API key."
            case .quotaExceeded: "Monthly execution quota exceeded for this team."
            case .clientQuotaExceeded: "Monthly execution quota exceeded for this client application."
            case .agentNotFound: "Agent not found or not accessible with this key."
            case .taskNotFound: "Task not found or not accessible with this key."
            case .templateNotFound: "Template not found."
            case .workforceNotFound: "Workforce not found."
            case .fileNotFound: "File not found."
            case .taskBusy: "Task is currently running; retry after it completes."
            case .interactionResponseRequired: "Task is waiting for a reply to its question."
            case .noPendingInteraction: "Task is not waiting for a reply."
            case .interactionNotResumable: "The question can no longer be answered."
            case .workforceArchived: "Workforce is archived."
            case .workforceNotActive: "Workforce is not active."
            case .workforceConfigChanged: "Workforce configuration has changed."
            case .idempotencyConflict: "The idempotency key was used with another request."
            case .invalidInput: "Request body failed validation."
            case .rateLimited: "Rate limit exceeded; retry later."
            case .internalError: "Internal server error."
            case .temporarilyUnavailable: "The task's saved progress could not be read. Please retry."
            }
        }
    }
}
