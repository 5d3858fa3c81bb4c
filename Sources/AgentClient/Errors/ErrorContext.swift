import SessionCore

/// An error response and the request it answers: what its description is made from.
struct ErrorContext: Sendable {
    var response: ErrorResponse
    var account: ServiceAccount
    var host: String
    var operation: Operation

    /// The account as error texts name it.
    var accountName: String { "account “\(account.name)”" }
}

/// What a vendor's own codes and texts mean; nil if they say no more than the HTTP status.
typealias ErrorMapper = @Sendable (ErrorContext) -> ErrorDescription?
