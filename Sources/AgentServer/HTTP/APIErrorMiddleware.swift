import Agents
import Hummingbird
import Logging

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
            if apiError.reason == .internal {
                context.logger.error(
                    "A request failed",
                    metadata: ["route": "\(context.endpointPath ?? "?")", "error": "\(type(of: error))"])
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
        case let failure as AgentFailure: self.init(.agentFailed, failure.message)
        case is CancellationError: self.init(.agentFailed, "The turn was stopped.")
        case let error as HTTPError where error.status == .notFound: self.init(.notFound(.page))
        case let error as HTTPError where error.status == .contentTooLarge: self.init(.tooLarge)
        case let error as any HTTPResponseError where (400..<500).contains(error.status.code):
            self = .invalid(["path"], .malformed, error.status.reasonPhrase)
        default: self.init(.internal)
        }
    }
}
