import HTTPTypes
import Hummingbird

/// Lets requests through that carry a valid key, in the header of any dialect, which may do what they want to be done.
struct KeyMiddleware: RouterMiddleware {
    typealias Context = ServerContext

    let keyring: Keyring
    /// What the routes are about. Where that is to chat, a request that only reads wants no more than to read.
    let permission: KeyPermission

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let text = request.headers.presentedKey,
            let principal = try await keyring.principal(presenting: text)
        else { throw APIError(.unauthorized) }
        let onlyReads = request.method == .get || request.method == .head
        guard principal.may(permission == .chat && onlyReads ? .read : permission) else {
            throw APIError(.forbidden)
        }
        var context = context
        context.principal = principal
        return try await next(request, context)
    }
}

extension HTTPFields {
    /// The key of a request, wherever it stands.
    var presentedKey: String? {
        for name in HTTPField.Name.keyHeaders {
            if let value = self[name] { return value }
        }
        guard let value = self[.authorization] else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}

extension HTTPField.Name {
    static let keyHeaders = ["x-api-key", "x-network-api-key"].compactMap { HTTPField.Name($0) }
}
