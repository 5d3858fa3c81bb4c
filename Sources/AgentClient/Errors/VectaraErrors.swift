import AgentAPI
import SessionCore

extension Vectara {
    /// The code words of the documents. No schema has a field for them; should they come, they are understood.
    enum ErrorCode: String, CaseIterable, Sendable {
        case invalidRequest = "invalid_request"
        case invalidMetadata = "invalid_metadata"
        case invalidMessageContent = "invalid_message_content"
        case unauthorized
        case forbidden
        case agentNotFound = "agent_not_found"
        case sessionNotFound = "session_not_found"
        case rateLimitExceeded = "rate_limit_exceeded"
        case agentProcessingFailed = "agent_processing_failed"
    }

    @Sendable static func explanation(_ occasion: ErrorContext) -> ErrorDescription? {
        occasion.refusal.body.code.flatMap { ErrorCode(rawValue: $0) }?.explanation(occasion)
    }
}

extension Vectara.ErrorCode {
    /// What the word means for a person.
    fileprivate func explanation(_ occasion: ErrorContext) -> ErrorDescription {
        let host = occasion.host
        let name = "account “\(occasion.account.name)”"
        return switch self {
        case .invalidRequest:
            ErrorDescription(
                .invalid,
                "\(host) does not accept the request to \(occasion.purpose.action). Its own words say what does not fit."
            )
        case .invalidMetadata:
            ErrorDescription(
                .invalid,
                "\(host) does not accept what it is told about the session. Its own words say what does not fit."
            )
        case .invalidMessageContent:
            ErrorDescription(
                .invalid, "\(host) does not accept the message as it is. Change it and send it again.")
        case .unauthorized: .refusedKey(occasion.account, host: host)
        case .forbidden:
            ErrorDescription(
                .forbidden,
                "The key of \(name) may not \(occasion.purpose.action). It comes from \(occasion.account.keyDescription): "
                    + "give it the right to use this agent, or take another key.")
        case .agentNotFound:
            ErrorDescription(
                .notFound,
                "\(host) does not know this agent. An agent's id is its key there: check the agents of \(name) "
                    + "in the configuration.")
        case .sessionNotFound:
            ErrorDescription(
                .notFound, "\(host) does not know this conversation. It may have been deleted there.")
        case .rateLimitExceeded: .limited(name, host: host)
        case .agentProcessingFailed:
            ErrorDescription(.service, "The agent failed at \(host). Send the message again.")
        }
    }
}
