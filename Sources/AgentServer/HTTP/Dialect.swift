import Hummingbird

/// One vendor's way of speaking: what its errors look like.
protocol Dialect: Sendable {
    /// As the figures name it.
    var name: String { get }

    func response(to refusal: APIError) -> Response
}

/// Tells by a request's path which dialect its errors are to be in, also where there is no such page.
struct Dialects: Sendable {
    /// The start of a path and who speaks there; the longest start wins.
    let byPath: [(prefix: String, dialect: any Dialect)]
    /// Who speaks everywhere else.
    let fallback: any Dialect

    func dialect(of path: String) -> any Dialect {
        let matching = byPath.filter { path.hasPrefix($0.prefix) }
        return matching.max { $0.prefix.utf8.count < $1.prefix.utf8.count }?.dialect ?? fallback
    }
}
