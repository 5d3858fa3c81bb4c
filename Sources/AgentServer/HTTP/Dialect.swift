import HTTPTypes
import Hummingbird

/// One vendor's form of errors.
protocol Dialect: Sendable {
    /// The label in the metrics.
    var name: String { get }

    func response(to error: APIError) -> Response
}

extension Response {
    /// An error with a JSON body, and `Retry-After` where the error has one.
    static func failure(_ body: some Encodable, status: Int, for error: APIError) -> Response {
        var headers: HTTPFields = [:]
        if case .rateLimited(let seconds) = error.reason { headers[.retryAfter] = String(seconds) }
        let status = HTTPResponse.Status(code: status)
        return (try? .json(body, status: status, headers: headers)) ?? Response(status: status)
    }
}

/// Chooses the dialect of errors by the path of a request, also where there is no such page, and by its key where a path may
/// belong to two vendors.
struct Dialects: Sendable {
    /// Path prefixes; the longest that matches wins.
    let byPath: [(prefix: String, dialect: any Dialect)]
    /// For a path with the prefix, if the key that is presented, valid or not, begins with the marker.
    let byKey: (prefix: String, marker: String, dialect: any Dialect)
    /// For all other paths.
    let fallback: any Dialect

    func dialect(ofErrorsFor request: Request) -> any Dialect {
        let path = request.uri.path
        let hasMarker = request.headers.presentedKey?.hasPrefix(byKey.marker) ?? false
        return hasMarker && path.hasPrefix(byKey.prefix) ? byKey.dialect : dialect(of: path)
    }

    func dialect(of path: String) -> any Dialect {
        let matching = byPath.filter { path.hasPrefix($0.prefix) }
        return matching.max { $0.prefix.utf8.count < $1.prefix.utf8.count }?.dialect ?? fallback
    }
}
