import AgentAPI
import SessionCore

extension Vectara {
    @Sendable static func description(of context: ErrorContext) -> ErrorDescription? {
        context.response.body.code.flatMap { ErrorCode(rawValue: $0) }?.description(in: context)
    }
}

extension Vectara.ErrorCode {
    fileprivate func description(in context: ErrorContext) -> ErrorDescription {
        let host = context.host
        return switch self {
        case .invalidRequest:
            ErrorDescription(
                .invalid,
                "\(host) does not accept the request to \(context.operation.action). The service's own words say why."
            )
        case .invalidMetadata:
            ErrorDescription(
                .invalid,
                "\(host) does not accept the metadata of the session. The service's own words say why.")
        case .invalidMessageContent:
            ErrorDescription(
                .invalid, "\(host) does not accept the message as it is. Change it and send it again.")
        case .unauthorized: .refusedKey(context.account, host: host)
        case .forbidden:
            ErrorDescription(
                .forbidden,
                "The key of \(context.accountName) may not \(context.operation.action). It comes from "
                    + "\(context.account.keyDescription): give it the right to use this agent, or use another key."
            )
        case .agentNotFound:
            ErrorDescription(
                .notFound,
                "\(host) does not know this agent. An agent's id is its key there. Check the agents of "
                    + "\(context.accountName) in the configuration.")
        case .sessionNotFound:
            ErrorDescription(
                .notFound, "\(host) does not know this conversation. It may have been deleted there.")
        case .rateLimitExceeded: .rateLimited(context)
        case .agentProcessingFailed:
            ErrorDescription(.service, "The agent failed at \(host). Send the message again.")
        }
    }
}
