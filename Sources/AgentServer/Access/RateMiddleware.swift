import Hummingbird

/// Holds each key to its number of requests. Stands behind ``KeyMiddleware``.
struct RateMiddleware: RouterMiddleware {
    typealias Context = ServerContext

    let turnstile: AdmissionControl

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if let principal = context.principal { try turnstile.admit(principal) }
        return try await next(request, context)
    }
}
