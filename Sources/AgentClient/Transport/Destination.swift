import Foundation
import NIOCore
import Wire

/// Where a connection leads.
struct Destination: Hashable, Sendable {
    var host: String
    var port: Int
    var isSecure: Bool

    /// - Returns: nil if the text is not a URL with a host.
    init?(_ url: String) {
        guard let url = URL(string: url), let host = url.host(percentEncoded: false) else { return nil }
        self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        isSecure = url.scheme == "https"
        port = url.port ?? (isSecure ? 443 : 80)
    }

    /// Whether it is this computer.
    var isLoopback: Bool { Loopback.contains(host) }

    private var isAddress: Bool { (try? SocketAddress(ipAddress: host, port: 0)) != nil }

    /// The name for SNI in a TLS handshake; nil for an IP address.
    var serverName: String? { isAddress ? nil : host }
}
