import SessionCore

/// What an error response means: its kind, and what failed and what to do in words for a person.
struct ErrorDescription: Sendable {
    var kind: ServiceError.Kind
    var message: String

    init(_ kind: ServiceError.Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

extension ErrorDescription {
    static func refusedKey(_ account: ServiceAccount, host: String) -> ErrorDescription {
        ErrorDescription(
            .unauthorized,
            "\(host) refused the key of account “\(account.name)”. It comes from \(account.keyDescription): "
                + "check it there.")
    }

    static func rateLimited(_ context: ErrorContext) -> ErrorDescription {
        ErrorDescription(
            .rateLimited,
            "\(context.host) accepts no more requests from \(context.accountName) for now. "
                + "Try again later, or check what the plan allows.")
    }

    static let busy = ErrorDescription(
        .busy,
        "The task is still busy with another turn; nothing was accepted. Send the message again when it ends."
    )

    /// What the HTTP status alone means.
    init(status context: ErrorContext) {
        let host = context.host
        let operation = context.operation
        let account = context.account
        let status = context.response.status
        switch status {
        case 401: self = .refusedKey(account, host: host)
        case 402:
            self.init(
                .quotaExceeded,
                "The quota of \(context.accountName) at \(host) is used up. Ask the owner of the plan for more."
            )
        case 403:
            self.init(
                .forbidden,
                "The key of \(context.accountName) may not \(operation.action). It comes from "
                    + "\(account.keyDescription): check that it is the right one.")
        case 404, 410:
            self.init(.notFound, "\(host) does not know \(operation.subject). \(operation.advice)")
        case 405, 300..<400: self.init(.notFound, Self.wrongAddress(context))
        case 409: self = .busy
        case 413: self.init(.invalid, "The message is too long for \(host). Shorten it.")
        case 429: self = .rateLimited(context)
        case 503: self.init(.service, "\(host) is not available at the moment. Try again later.")
        case 500...: self.init(.service, "\(host) failed and could not \(operation.action). Try again.")
        case 408, 425:
            self.init(.service, "\(host) was not ready and could not \(operation.action). Try again.")
        default:
            self.init(
                .invalid, "\(host) refused to \(operation.action). The service's own words say why.")
        }
    }

    private static func wrongAddress(_ context: ErrorContext) -> String {
        guard let location = context.response.location else {
            return "\(context.host) does not offer this. Check the url of \(context.accountName)."
        }
        return "\(context.host) says that it has moved to \(location.prefix(200)). "
            + "If that is right, set the url of \(context.accountName) accordingly."
    }
}
