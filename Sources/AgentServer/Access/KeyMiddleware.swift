import Hummingbird

/// Admits requests with a valid key that has the permission of the route.
struct KeyMiddleware: RouterMiddleware {
    typealias Context = ServerContext

    let keyring: Keyring
    /// What the routes require; nil if any valid key will do. A request that only reads needs no more than ``KeyPermission/read``
    /// where they require ``KeyPermission/chat``.
    let permission: KeyPermission?

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let text = request.headers.presentedKey,
            let principal = try await keyring.principal(presenting: text, from: context.clientAddress)
        else { throw APIError(.unauthorized) }
        if let permission {
            let onlyReads = request.method == .get || request.method == .head
            guard principal.may(permission == .chat && onlyReads ? .read : permission) else {
                throw APIError(.forbidden)
            }
        }
        var context = context
        context.principal = principal
        return try await next(request, context)
    }
}
