import AgentAPI
import SessionCore

extension ChatTasks.ErrorCode {
    /// What each code word means for a person.
    static func explanations(_ account: ServiceAccount, host: String) -> [String: Explanation] {
        Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.explanation(account, host: host)) })
    }

    private func explanation(_ account: ServiceAccount, host: String) -> Explanation {
        let name = "account “\(account.name)”"
        return switch self {
        case .invalidAPIKey: .refusedKey(account, host: host)
        case .quotaExceeded:
            Explanation(.quotaExceeded, "The team of \(name) has used up its quota of this month.")
        case .clientQuotaExceeded:
            Explanation(.quotaExceeded, "The application of \(name) has used up its quota of this month.")
        case .agentNotFound:
            Explanation(
                .notFound,
                "The key of \(name) belongs to another agent, or there is none with this id. "
                    + "Check agents in the configuration.")
        case .taskNotFound:
            Explanation(
                .notFound, "\(host) does not know this task, or it belongs to another key. Begin a new one.")
        case .templateNotFound: Explanation(.notFound, "\(host) does not know this template.")
        case .workforceNotFound: Explanation(.notFound, "\(host) does not know this workforce.")
        case .fileNotFound: Explanation(.notFound, "\(host) does not know this file.")
        case .taskBusy: .busy
        case .interactionResponseRequired:
            Explanation(.invalid, "The agent has asked something and waits for the answer to that.")
        case .noPendingInteraction:
            Explanation(.invalid, "The agent does not wait for an answer any more. Send the message again.")
        case .interactionNotResumable:
            Explanation(.invalid, "The agent's question can no longer be answered. Begin a new task.")
        case .workforceArchived: Explanation(.invalid, "The workforce behind \(name) is archived.")
        case .workforceNotActive: Explanation(.invalid, "The workforce behind \(name) is not active.")
        case .workforceConfigChanged:
            Explanation(.invalid, "The workforce behind \(name) has changed. Begin a new task.")
        case .idempotencyConflict:
            Explanation(.invalid, "\(host) takes the message for another one that it knows.")
        case .invalidInput: Explanation(.invalid, "\(host) does not accept the message as it is.")
        case .rateLimited:
            Explanation(.rateLimited, "\(host) wants fewer requests from \(name). Try again later.")
        case .internalError: Explanation(.service, "\(host) failed. Try again.")
        case .temporarilyUnavailable:
            Explanation(.service, "\(host) cannot read the task's progress at the moment. Try again.")
        }
    }
}
