import AgentAPI
import Foundation
import NIOHTTP1
import SessionCore

/// What a code word of a service means for a person.
struct Explanation: Sendable {
    var kind: ServiceError.Kind
    var message: String

    init(_ kind: ServiceError.Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

/// An answer that is no success.
struct Refusal: Error {
    var status: Int
    var headers: HTTPHeaders
    var body: ErrorBody

    /// - Parameter key: Taken out of the service's words, should it repeat it.
    init(_ document: HTTPDocument, key: String) {
        self.init(
            status: document.status, headers: document.headers, words: ErrorBody(document.body), key: key)
    }

    init(status: Int, headers: HTTPHeaders = [:], words: ErrorBody, key: String) {
        self.status = status
        self.headers = headers
        body = ErrorBody(
            text: words.text.replacing(key, with: "…"), code: words.code?.replacing(key, with: "…"))
    }

    /// The refusal in words.
    /// - Parameter codes: What the vendor's own code words mean; they say more than the status.
    func error(
        account: ServiceAccount, host: String, purpose: Purpose, codes: [String: Explanation], now: Date
    ) -> ServiceError {
        let explanation =
            body.code.flatMap { codes[$0] } ?? byStatus(account: account, host: host, purpose: purpose)
        let detail = ["HTTP \(status)", body.code, body.text.isEmpty ? nil : body.text]
            .compactMap(\.self).joined(separator: " · ")
        return ServiceError(
            explanation.kind, explanation.message, detail: detail, status: status,
            retryAt: RetryAfter.date(headers, now: now))
    }

    private func byStatus(account: ServiceAccount, host: String, purpose: Purpose) -> Explanation {
        let name = "account “\(account.name)”"
        switch status {
        case 401:
            return .refusedKey(account, host: host)
        case 402:
            return Explanation(.quotaExceeded, "The quota of \(name) is used up. Ask whoever pays for it.")
        case 403:
            return Explanation(
                .forbidden,
                "The key of \(name) may not \(purpose.action). It comes from \(account.keyDescription): "
                    + "check that it is the right one.")
        case 404, 410:
            return Explanation(.notFound, "\(host) does not know \(purpose.subject). \(purpose.advice)")
        case 405, 300..<400:
            return Explanation(.notFound, wrongAddress(name, host: host))
        case 409:
            return .busy
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
        return "\(host) says that it has moved to \(target). "
            + "If that is right, set the url of \(name) accordingly."
    }
}

extension Explanation {
    static func refusedKey(_ account: ServiceAccount, host: String) -> Explanation {
        Explanation(
            .unauthorized,
            "\(host) refused the key of account “\(account.name)”. It comes from \(account.keyDescription): "
                + "check it there.")
    }

    static let busy = Explanation(
        .busy, "The task is still busy with another turn; nothing was accepted. Send it again when that ends."
    )
}
