import NIOCore

/// The names and addresses of this computer, which nobody else can listen to.
public enum Loopback {
    /// - Parameter host: A name or an address; an IPv6 address with or without brackets.
    public static func contains(_ host: String) -> Bool {
        var name = host.lowercased()
        if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
        if name.hasSuffix(".") { name.removeLast() }
        if name == "localhost" || name.hasSuffix(".localhost") { return true }
        switch try? SocketAddress(ipAddress: name, port: 0) {
        case .v4: return name.hasPrefix("127.")
        case .v6: return name == "::1" || name.hasPrefix("::ffff:127.")
        default: return false
        }
    }
}
