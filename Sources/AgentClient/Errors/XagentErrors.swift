import AgentAPI
import SessionCore

extension Xagent {
    /// What the code word of a refusal means for a person.
    @Sendable static func explanation(_ occasion: ErrorContext) -> ErrorDescription? {
        occasion.refusal.body.code.flatMap { ErrorCode(rawValue: $0) }?.explanation(occasion)
    }
}

extension Xagent.ErrorCode {
    fileprivate func explanation(_ occasion: ErrorContext) -> ErrorDescription {
        let host = occasion.host
        let name = "account “\(occasion.account.name)”"
        return switch self {
        case .invalidAPIKey: .refusedKey(occasion.account, host: host)
        case .quotaExceeded, .clientQuotaExceeded: quota(name, host: host)
        case .agentNotFound:
            ErrorDescription(
                .notFound,
                "The key of \(name) belongs to another agent, or there is none with this id. Check the agents of the "
                    + "account in the configuration, and the key in \(occasion.account.keyDescription).")
        case .taskNotFound:
            ErrorDescription(
                .notFound,
                "\(host) does not know this task, or it belongs to another key than the one of \(name), which comes from "
                    + "\(occasion.account.keyDescription). Begin a new task if it is gone.")
        case .templateNotFound, .workforceNotFound, .fileNotFound: missing(name, host: host)
        case .taskBusy: .busy
        case .interactionResponseRequired, .noPendingInteraction, .interactionNotResumable: question()
        case .workforceArchived, .workforceNotActive, .workforceConfigChanged: workforce(name, host: host)
        case .idempotencyConflict:
            ErrorDescription(
                .invalid,
                "\(host) takes the message for another one that it knows already. Change a word and send it again."
            )
        case .invalidInput:
            ErrorDescription(
                .invalid, "\(host) does not accept the message as it is. Change it and send it again.")
        case .rateLimited: .limited(name, host: host)
        case .internalError:
            ErrorDescription(.service, "\(host) failed and could not \(occasion.purpose.action). Try again.")
        case .temporarilyUnavailable:
            ErrorDescription(
                .service, "\(host) cannot read the task's progress at the moment. Try again in a while.")
        }
    }

    private func quota(_ name: String, host: String) -> ErrorDescription {
        let owner = self == .quotaExceeded ? "team" : "application"
        return ErrorDescription(
            .quotaExceeded,
            "The \(owner) of \(name) has used up its quota of this month at \(host). "
                + "Wait for the next month, or ask whoever pays for more.")
    }

    private func missing(_ name: String, host: String) -> ErrorDescription {
        let what =
            switch self {
            case .templateNotFound: "template"
            case .workforceNotFound: "workforce"
            default: "file"
            }
        return ErrorDescription(
            .notFound,
            "\(host) does not know the \(what) that belongs to this. Check there whether it still exists, "
                + "and the agents of \(name) in the configuration.")
    }

    private func question() -> ErrorDescription {
        switch self {
        case .interactionResponseRequired:
            ErrorDescription(
                .invalid, "The agent has asked something and waits for the answer. Answer that first.")
        case .noPendingInteraction:
            ErrorDescription(
                .invalid, "The agent does not wait for an answer any more. Send the message again.")
        default:
            ErrorDescription(.invalid, "The agent's question can no longer be answered. Begin a new task.")
        }
    }

    private func workforce(_ name: String, host: String) -> ErrorDescription {
        switch self {
        case .workforceArchived:
            ErrorDescription(.invalid, "The workforce behind \(name) is archived. Bring it back at \(host).")
        case .workforceNotActive:
            ErrorDescription(.invalid, "The workforce behind \(name) is not active. Switch it on at \(host).")
        default:
            ErrorDescription(
                .invalid, "The workforce behind \(name) has changed since this task began. Begin a new task.")
        }
    }
}
