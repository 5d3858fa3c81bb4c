import Foundation
import NIOCore

/// Where a connection leads.
struct Destination: Hashable, Sendable {
    var host: String
    var port: Int
    var isSecure: Bool

    /// nil where a text is no address.
    init?(_ url: String) {
        guard let url = URL(string: url), let host = url.host(percentEncoded: false) else { return nil }
        self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        isSecure = url.scheme == "https"
        port = url.port ?? (isSecure ? 443 : 80)
    }

    /// Whether it is this machine.
    var isLoopback: Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.") && isAddress
    }

    private var isAddress: Bool { (try? SocketAddress(ipAddress: host, port: 0)) != nil }

    /// The name that is asked for in a TLS handshake, where it is one.
    var serverName: String? { isAddress ? nil : host }
}
