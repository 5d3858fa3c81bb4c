import AgentAPI
import Foundation
import NIOHTTP1
import SessionCore

/// What a request was for, for the texts of its errors.
struct Purpose: Sendable {
    /// Completes “could not …”: `send the message`.
    var action: String
    /// What a 404 says is missing, and what to do about it.
    var subject: String
    var advice: String

    init(_ action: String, subject: String, advice: String) {
        self.action = action
        self.subject = subject
        self.advice = advice
    }
}

/// What a code word or a status of a service means for a person.
struct Explanation: Sendable {
    var kind: ServiceError.Kind
    var message: String

    init(_ kind: ServiceError.Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

/// An answer that is no success, put into words.
struct Refusal: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: ErrorBody

    init(_ document: HTTPDocument) {
        status = document.status
        headers = document.headers
        body = ErrorBody(document.body)
    }

    /// - Parameters:
    ///   - codes: What the vendor's own code words mean; they say more than the status.
    ///   - key: Taken out of the service's words, should it repeat it.
    func error(
        account: ServiceAccount, host: String, purpose: Purpose, codes: [String: Explanation], key: String,
        now: Date
    ) -> ServiceError {
        let explanation =
            body.code.flatMap { codes[$0] } ?? byStatus(account: account, host: host, purpose: purpose)
        let detail = ["HTTP \(status)", body.code, body.text.isEmpty ? nil : body.text]
            .compactMap(\.self).joined(separator: " · ")
        let retryAt = RetryAfter.date(headers, now: now)
        return ServiceError(
            explanation.kind, explanation.message, detail: detail.replacing(key, with: "…"), status: status,
            retryAt: retryAt)
    }

    private func byStatus(account: ServiceAccount, host: String, purpose: Purpose) -> Explanation {
        let name = "account “\(account.name)”"
        switch status {
        case 401:
            return Explanation(
                .unauthorized,
                "\(host) refused the key of \(name). It comes from \(account.keyDescription): check it there."
            )
        case 402:
            return Explanation(.quotaExceeded, "The quota of \(name) is used up. Ask whoever pays for it.")
        case 403:
            return Explanation(
                .forbidden,
                "The key of \(name) may not \(purpose.action). It comes from \(account.keyDescription).")
        case 404, 410:
            return Explanation(.notFound, "\(host) does not know \(purpose.subject). \(purpose.advice)")
        case 405, 300..<400:
            return Explanation(.notFound, wrongAddress(name, host: host))
        case 409:
            return Explanation(
                .busy,
                "The task is still busy with another turn; nothing was accepted. Send it again when it ends.")
        case 413:
            return Explanation(.invalid, "The message is too long for \(host). Shorten it.")
        case 429:
            return Explanation(.rateLimited, "\(host) wants fewer requests from \(name). Try again later.")
        case 503:
            return Explanation(.service, "\(host) is not available at the moment. Try again later.")
        case 500...:
            return Explanation(.service, "\(host) failed and could not \(purpose.action). Try again.")
        case 408, 425:
            return Explanation(.service, "\(host) was not ready and could not \(purpose.action). Try again.")
        default:
            return Explanation(.invalid, "\(host) refused to \(purpose.action).")
        }
    }

    private func wrongAddress(_ name: String, host: String) -> String {
        guard let location = headers.first(name: "location") else {
            return "\(host) does not offer this here. Check the url of \(name)."
        }
        let target = location.filter { !$0.isWhitespace && !$0.isNewline }.prefix(200)
        return
            "\(host) says that it has moved to \(target). If that is right, set the url of \(name) accordingly."
    }
}
