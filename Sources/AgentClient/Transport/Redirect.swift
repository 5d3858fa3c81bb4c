import Foundation
import NIOHTTP1

/// Which redirects are followed: only within the same origin, so that the key never reaches another host; for a message only those whose
/// status says that it was not processed (307, 308). A pure decision.
enum Redirect {
    /// Redirects in a row.
    static let limit = 4

    /// The request to send instead; nil if the answer is final.
    static func target(of answer: HTTPAnswer, to request: HTTPRequest) -> HTTPRequest? {
        target(status: answer.status, location: answer.headers.first(name: "location"), request: request)
    }

    static func target(status: Int, location: String?, request: HTTPRequest) -> HTTPRequest? {
        let statuses = request.onlyReads ? [301, 302, 303, 307, 308] : [307, 308]
        guard statuses.contains(status), let location, let here = URL(string: request.url),
            let there = URL(string: location, relativeTo: here)?.absoluteURL, origin(here) == origin(there)
        else { return nil }
        var target = request
        target.url = there.absoluteString
        return target
    }

    private struct Origin: Equatable {
        var scheme: String
        var host: String
        var port: Int
    }

    private static func origin(_ url: URL) -> Origin? {
        guard let scheme = url.scheme?.lowercased(), let host = url.host()?.lowercased() else { return nil }
        return Origin(scheme: scheme, host: host, port: url.port ?? (scheme == "https" ? 443 : 80))
    }
}
