import Hummingbird

/// Refuses requests with too large a header. A header that is far too large is not even read (``MalformedRequestHandler``).
struct HeaderLimitMiddleware: RouterMiddleware {
    typealias Context = ServerContext

    /// In bytes, of the address and the fields together.
    let limit: Int

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let size = request.headers.reduce(request.uri.string.utf8.count) { size, field in
            // A colon, a space and the end of the line.
            size + field.name.rawName.utf8.count + field.value.utf8.count + 4
        }
        guard size <= limit else { throw APIError(.headersTooLarge) }
        return try await next(request, context)
    }
}
