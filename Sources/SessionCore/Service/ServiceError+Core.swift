// The errors that the core itself gives.

extension ServiceError {
    static func noAccount(_ name: AccountName) -> ServiceError {
        ServiceError(
            .notFound,
            "There is no account “\(name)” in the configuration. Add it again to send messages here."
        )
    }

    static let overtaken = ServiceError(
        .busy,
        "The turn before this message failed, so the message was not sent. "
            + "Check that it still fits, then send it again.")

    static func tooLong(_ limits: ReplyLimits) -> ServiceError {
        ServiceError(
            .tooLong,
            "The reply is longer than \(limits.description), the most that is kept of one "
                + "(reply-limit in config.toml).")
    }

    static let notStored = ServiceError(
        .interrupted, "The reply could not be stored and was broken off. Check that the disk has space left.")

    static let unanswered = ServiceError(
        .service,
        "The service has the message but no answer, and is no longer working on it. Send it again.")

    /// What was read from a service could not be stored here; it is read again.
    static func notStored(_ error: any Error) -> ServiceError {
        ServiceError(.service, String(describing: error))
    }

    /// The result of a request, with every error as a ``ServiceError``.
    static func catching<Value>(_ body: () async throws -> Value) async -> Result<Value, ServiceError> {
        do {
            return .success(try await body())
        } catch let error as ServiceError {
            return .failure(error)
        } catch is CancellationError {
            return .failure(ServiceError(.interrupted, "The request was cancelled."))
        } catch {
            return .failure(ServiceError(.service, "The request failed.", detail: String(describing: error)))
        }
    }
}
