import AgentAPI
import SessionCore

extension AUI {
    /// What the words of a refusal mean for a person. The documents have no code words: the description stands for one.
    @Sendable static func explanation(_ occasion: ErrorContext) -> ErrorDescription? {
        let host = occasion.host
        switch occasion.refusal.status {
        case 400 where occasion.refusal.body.text.hasPrefix("Content moderation triggered"):
            return ErrorDescription(
                .invalid,
                "The content moderation of \(host) refused the message. Put it into other words and send it again."
            )
        case 404:
            return ErrorDescription(
                .notFound,
                "\(host) does not know \(occasion.purpose.subject). It may have been deleted there, or it belongs to the "
                    + "agent of another key: that of account “\(occasion.account.name)” comes from "
                    + "\(occasion.account.keyDescription).")
        default:
            return nil
        }
    }
}
