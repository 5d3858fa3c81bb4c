import AgentAPI
import SessionCore

extension AUI {
    /// The contract has no error codes; a fixed description takes the place of one.
    @Sendable static func description(of context: ErrorContext) -> ErrorDescription? {
        let host = context.host
        switch context.response.status {
        case 400 where context.response.body.text.hasPrefix("Content moderation triggered"):
            return ErrorDescription(
                .invalid,
                "The content moderation of \(host) refused the message. Reword it and send it again.")
        case 404:
            return ErrorDescription(
                .notFound,
                "\(host) does not know \(context.operation.subject). It may have been deleted there, or belong to the "
                    + "agent of another key: that of \(context.accountName) comes from "
                    + "\(context.account.keyDescription).")
        default:
            return nil
        }
    }
}
