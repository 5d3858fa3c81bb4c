import AgentAPI
import SessionCore

extension Xagent {
    @Sendable static func description(of context: ErrorContext) -> ErrorDescription? {
        context.response.body.code.flatMap { ErrorCode(rawValue: $0) }?.description(in: context)
    }
}

extension Xagent.ErrorCode {
    fileprivate func description(in context: ErrorContext) -> ErrorDescription {
        let host = context.host
        let name = context.accountName
        return switch self {
        case .invalidAPIKey: .refusedKey(context.account, host: host)
        case .quotaExceeded: Self.quota(of: "team", name, host: host)
        case .clientQuotaExceeded: Self.quota(of: "application", name, host: host)
        case .agentNotFound:
            ErrorDescription(
                .notFound,
                "The key of \(name) belongs to another agent, or there is none with this id. Check the agents of the "
                    + "account in the configuration, and the key in \(context.account.keyDescription).")
        case .taskNotFound:
            ErrorDescription(
                .notFound,
                "\(host) does not know this task, or it belongs to another key than that of \(name), which comes from "
                    + "\(context.account.keyDescription). Begin a new task if it is gone.")
        case .templateNotFound: Self.missing("template", name, host: host)
        case .workforceNotFound: Self.missing("workforce", name, host: host)
        case .fileNotFound: Self.missing("file", name, host: host)
        case .taskBusy: .busy
        case .interactionResponseRequired:
            ErrorDescription(
                .invalid, "The agent has asked something and waits for the answer. Answer that first.")
        case .noPendingInteraction:
            ErrorDescription(.invalid, "The agent no longer waits for an answer. Send the message again.")
        case .interactionNotResumable:
            ErrorDescription(.invalid, "The agent's question can no longer be answered. Begin a new task.")
        case .workforceArchived:
            ErrorDescription(.invalid, "The workforce behind \(name) is archived. Restore it at \(host).")
        case .workforceNotActive:
            ErrorDescription(.invalid, "The workforce behind \(name) is not active. Activate it at \(host).")
        case .workforceConfigChanged:
            ErrorDescription(
                .invalid, "The workforce behind \(name) has changed since this task began. Begin a new task.")
        case .idempotencyConflict:
            ErrorDescription(
                .invalid,
                "\(host) takes the message for another one that it has already. Change a word and send it again."
            )
        case .invalidInput:
            ErrorDescription(
                .invalid, "\(host) does not accept the message as it is. Change it and send it again.")
        case .rateLimited: .rateLimited(context)
        case .internalError:
            ErrorDescription(
                .service, "\(host) failed and could not \(context.operation.action). Try again.")
        case .temporarilyUnavailable:
            ErrorDescription(
                .service, "\(host) cannot read the task's progress at the moment. Try again later.")
        }
    }

    private static func quota(of owner: String, _ name: String, host: String) -> ErrorDescription {
        ErrorDescription(
            .quotaExceeded,
            "The \(owner) of \(name) has used up its quota of this month at \(host). "
                + "Wait for the next month, or ask the owner of the plan for more.")
    }

    private static func missing(_ what: String, _ name: String, host: String) -> ErrorDescription {
        ErrorDescription(
            .notFound,
            "\(host) does not know the \(what) that this needs. Check whether it still exists there, "
                + "and the agents of \(name) in the configuration.")
    }
}
