import Agents
import Hummingbird
import Logging

/// Turns whatever a route throws into an answer in the dialect of the request's path.
struct APIErrorMiddleware: RouterMiddleware {
    typealias Context = ServerContext

    let dialects: Dialects

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            var refusal = APIError(thrown: error)
            if case .notFound(let thing) = refusal.reason {
                refusal.subject = refusal.subject ?? thing.parameter.flatMap { try? context.name($0) }
            }
            if refusal.reason == .internal {
                context.logger.error(
                    "A request failed",
                    metadata: ["route": "\(context.endpointPath ?? "?")", "error": "\(type(of: error))"])
            }
            return dialects.dialect(of: request.uri.path).response(to: refusal)
        }
    }
}

extension APIError.Thing {
    /// The part of a path that names such a thing.
    fileprivate var parameter: String? {
        switch self {
        case .page: nil
        case .agent: "agent"
        case .conversation: "session"
        case .turn: "task"
        case .user: "user"
        case .event: "event"
        }
    }
}

extension APIError {
    /// What an error of any kind comes to.
    init(thrown error: any Error) {
        switch error {
        case let refusal as APIError: self = refusal
        case is ConversationBusy: self.init(.busy)
        case is TurnRunner.Stopping, is ServerStore.Closed: self.init(.unavailable)
        case let failure as AgentFailure: self.init(.agentFailed, failure.message)
        case is CancellationError: self.init(.agentFailed, "The turn was stopped.")
        case let error as HTTPError where error.status == .notFound: self.init(.notFound(.page))
        case let error as HTTPError where error.status == .contentTooLarge: self.init(.tooLarge)
        case let error as any HTTPResponseError where (400..<500).contains(error.status.code):
            self.init(.invalid([Fault(path: ["path"], kind: .malformed, message: error.status.reasonPhrase)]))
        default: self.init(.internal)
        }
    }
}
