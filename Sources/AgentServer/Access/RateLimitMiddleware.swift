import Hummingbird

/// Limits the requests per minute of each key. Comes after ``KeyMiddleware``.
struct RateLimitMiddleware: RouterMiddleware {
    typealias Context = ServerContext

    let admission: AdmissionControl

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if let principal = context.principal { try admission.admit(principal) }
        return try await next(request, context)
    }
}
