import AgentAPI
import Foundation
import NIOHTTP1
import SessionCore
import Wire

/// What a code word of a service means for a person.
struct ErrorDescription: Sendable {
    var kind: ServiceError.Kind
    var message: String

    init(_ kind: ServiceError.Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

/// A refusal, and what it refuses.
struct ErrorContext: Sendable {
    var refusal: ErrorResponse
    var account: ServiceAccount
    var host: String
    var purpose: Operation
}

/// What a service's own words mean; nil where they say no more than the status does.
typealias ErrorMapper = @Sendable (ErrorContext) -> ErrorDescription?

/// An answer that is no success.
struct ErrorResponse: Error {
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

    /// Whether it is the web framework that speaks, of an address that leads nowhere, rather than the service of something it does not know.
    var saysNoSuchPlace: Bool { status == 405 || status == 404 && body.text == "Not Found" }

    /// The refusal in words.
    /// - Parameter explaining: What the vendor's own words mean; they say more than the status.
    func error(
        account: ServiceAccount, host: String, purpose: Operation, explaining: ErrorMapper, now: Date
    ) -> ServiceError {
        let explanation =
            explaining(ErrorContext(refusal: self, account: account, host: host, purpose: purpose))
            ?? byStatus(account: account, host: host, purpose: purpose)
        let detail = ["HTTP \(status)", body.code, body.text.isEmpty ? nil : body.text]
            .compactMap(\.self).joined(separator: " · ")
        return ServiceError(
            explanation.kind, explanation.message, detail: detail, status: status,
            retryAt: RetryAfter.date(headers, now: now))
    }

    private func byStatus(account: ServiceAccount, host: String, purpose: Operation) -> ErrorDescription {
        let name = "account “\(account.name)”"
        switch status {
        case 401:
            return .refusedKey(account, host: host)
        case 402:
            return ErrorDescription(
                .quotaExceeded, "The quota of \(name) at \(host) is used up. Ask whoever pays for it.")
        case 403:
            return ErrorDescription(
                .forbidden,
                "The key of \(name) may not \(purpose.action). It comes from \(account.keyDescription): "
                    + "check that it is the right one.")
        case 404, 410:
            return ErrorDescription(.notFound, "\(host) does not know \(purpose.subject). \(purpose.advice)")
        case 405, 300..<400:
            return ErrorDescription(.notFound, wrongAddress(name, host: host))
        case 409:
            return .busy
        case 413:
            return ErrorDescription(.invalid, "The message is too long for \(host). Shorten it.")
        case 429:
            return .limited(name, host: host)
        case 503:
            return ErrorDescription(.service, "\(host) is not available at the moment. Try again later.")
        case 500...:
            return ErrorDescription(.service, "\(host) failed and could not \(purpose.action). Try again.")
        case 408, 425:
            return ErrorDescription(
                .service, "\(host) was not ready and could not \(purpose.action). Try again.")
        default:
            return ErrorDescription(
                .invalid,
                "\(host) refused to \(purpose.action). Its own words say what does not fit.")
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

extension ErrorDescription {
    static func refusedKey(_ account: ServiceAccount, host: String) -> ErrorDescription {
        ErrorDescription(
            .unauthorized,
            "\(host) refused the key of account “\(account.name)”. It comes from \(account.keyDescription): "
                + "check it there.")
    }

    static func limited(_ account: String, host: String) -> ErrorDescription {
        ErrorDescription(
            .rateLimited,
            "\(host) takes no more requests from \(account) for now. Try again later, or see there what the plan allows."
        )
    }

    static let busy = ErrorDescription(
        .busy, "The task is still busy with another turn; nothing was accepted. Send it again when that ends."
    )
}
