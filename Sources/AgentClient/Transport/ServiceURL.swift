import Foundation

/// The address of a service: an origin and an optional path, to which the paths of requests are appended.
struct ServiceURL: Hashable, Sendable {
    /// `https://example.com:8443/prefix`, without a slash at the end.
    private var base: String
    /// Host, and port if the address has one, or the name of the service: what error texts name.
    var host: String

    /// Why a text is not the address of a service.
    enum Fault: Error, Hashable {
        case unreadable
        case scheme
        case host
        /// A user name or a password, which would end up in error texts.
        case credentials
        /// A query or a fragment, which paths cannot be appended to.
        case query
    }

    init(_ text: String) throws(Fault) {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard var parts = URLComponents(string: trimmed, encodingInvalidCharacters: false) else {
            throw .unreadable
        }
        guard let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme) else {
            throw .scheme
        }
        guard let host = parts.host, !host.isEmpty else { throw .host }
        if parts.user != nil || parts.password != nil { throw .credentials }
        if parts.query != nil || parts.fragment != nil { throw .query }
        if let port = parts.port, !(1...65535).contains(port) { throw .host }
        while parts.percentEncodedPath.hasSuffix("/") { parts.percentEncodedPath.removeLast() }
        parts.scheme = scheme
        guard let base = parts.string else { throw .unreadable }
        self.base = base
        self.host = parts.port.map { "\(host):\($0)" } ?? host
    }

    /// The address of a resource. A slash within a segment does not divide it.
    func appending(
        _ segments: [String], trailingSlash: Bool = false, query: [(name: String, value: String)] = []
    ) -> String {
        let path = segments.map { "/" + Self.encoded($0) }.joined() + (trailingSlash ? "/" : "")
        let pairs = query.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }
        return base + path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// Removes the last segment of the path if it is this one.
    /// - Returns: Whether it was removed.
    mutating func removeLast(_ segment: String) -> Bool {
        guard base.hasSuffix("/" + segment), !base.hasSuffix("//" + segment) else { return false }
        base.removeLast(segment.count + 1)
        return true
    }

    /// Removes from the end of the path what paths of requests begin with, so that it is not there twice: people copy whole addresses.
    /// - Parameter count: How many of the segments have to be there at least.
    mutating func removeBeginning(of segments: [String], atLeast count: Int = 1) {
        for length in stride(from: segments.count, through: count, by: -1) {
            let path = segments.prefix(length).joined(separator: "/")
            if removeLast(path) { return }
        }
    }

    /// Percent-encodes all but the unreserved characters of RFC 3986, and a segment of dots alone, which would mean a folder.
    private static func encoded(_ text: String) -> String {
        if text.allSatisfy({ $0 == "." }) { return String(repeating: "%2E", count: text.count) }
        return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
