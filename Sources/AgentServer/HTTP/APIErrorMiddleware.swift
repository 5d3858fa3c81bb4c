import Agents
import Hummingbird
import Logging
import Storage

/// Turns any error of a route into a response in the dialect of the request's path.
struct APIErrorMiddleware: RouterMiddleware {
    typealias Context = ServerContext

    let dialects: Dialects

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            var apiError = APIError(error)
            if case .notFound(let resource) = apiError.reason {
                apiError.subject = apiError.subject ?? resource.parameter.flatMap { try? context.name($0) }
            }
            if apiError.reason == .internal || error is StoreError {
                let reason = (error as? StoreError)?.message ?? "\(type(of: error))"
                context.logger.error(
                    "A request failed",
                    metadata: ["route": "\(context.endpointPath ?? "?")", "error": "\(reason)"])
            }
            return dialects.dialect(ofErrorsFor: request).response(to: apiError)
        }
    }
}

extension APIError.Resource {
    /// The path parameter that names such a resource.
    fileprivate var parameter: String? {
        switch self {
        case .page: nil
        case .agent: "agent"
        case .conversation: "session"
        case .turn: "task"
        case .user: "user"
        case .event: "event"
        case .template: "template"
        }
    }
}

extension APIError {
    init(_ error: any Error) {
        switch error {
        case let error as APIError: self = error
        case is ConversationBusy: self.init(.busy)
        case is TurnRunner.Stopping, is ServerStore.Closed: self.init(.unavailable)
        case let error as StoreError: self.init(error)
        case let failure as AgentFailure: self.init(.agentFailed, failure.message)
        case is CancellationError: self.init(.agentFailed, "The turn was stopped.")
        case let error as HTTPError where error.status == .notFound: self.init(.notFound(.page))
        case let error as HTTPError where error.status == .contentTooLarge: self.init(.tooLarge)
        case let error as any HTTPResponseError where (400..<500).contains(error.status.code):
            self = .invalid(["path"], .malformed, error.status.reasonPhrase)
        default: self.init(.internal)
        }
    }

    private init(_ error: StoreError) {
        if let description = error.clientDescription {
            self.init(.unavailable, description)
        } else {
            self.init(.internal)
        }
    }
}

extension StoreError {
    /// Words for a client, which need not know where the server keeps its files; nil if they would say nothing.
    var clientDescription: String? {
        switch kind {
        case .full: "Nothing can be stored at the server: its disk is full."
        case .readOnly, .notWritable: "Nothing can be stored at the server: its files can only be read."
        case .disk: "Nothing can be stored at the server: its disk reports an error, or is full."
        case .busy: "Nothing can be stored at the server: another program holds its store. Try again."
        case .damaged: "The server's store is damaged. What can be read of it is saved at its next start."
        case .notADatabase, .newer, .missing, .other: nil
        }
    }
}
