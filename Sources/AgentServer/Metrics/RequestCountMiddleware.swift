import Hummingbird

/// Counts the requests by dialect and status.
struct RequestCountMiddleware: RouterMiddleware {
    typealias Context = ServerContext

    let metrics: ServerMetrics
    let dialects: Dialects

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        metrics.countRequest(
            dialects.dialect(of: request.uri.path).name, status: response.status.code)
        return response
    }
}
