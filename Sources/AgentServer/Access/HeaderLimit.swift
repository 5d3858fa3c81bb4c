import Hummingbird

/// Refuses requests whose address and header fields are too long. What is longer by far is not even read (``RequestFaultHandler``).
struct HeaderLimit: RouterMiddleware {
    typealias Context = ServerContext

    /// In bytes.
    let limit: Int

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let size = request.headers.reduce(request.uri.string.utf8.count) { size, field in
            // A colon, a blank and the end of the line.
            size + field.name.rawName.utf8.count + field.value.utf8.count + 4
        }
        guard size <= limit else { throw APIError(.headersTooLarge) }
        return try await next(request, context)
    }
}
