import Hummingbird

/// Counts each request by its dialect and by the status it was answered with.
struct RequestCount: RouterMiddleware {
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
