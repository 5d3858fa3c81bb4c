import Foundation
import NIOCore

/// Which way connections go and whom they trust, by the environment variables that most programs know: `https_proxy`, `http_proxy`,
/// `all_proxy` and `no_proxy`, in capitals too, `SSL_CERT_FILE` and `SSL_CERT_DIR`.
public struct NetworkEnvironment: Sendable {
    /// Where a connection goes first.
    public enum Route: Hashable, Sendable {
        case direct
        case proxy(Proxy)
    }

    /// Why no connection is made: the value of a variable cannot be used, and going past a proxy could be a leak.
    public struct Fault: Error, Hashable, Sendable {
        /// A sentence that names the variable.
        public var message: String
    }

    private let variables: [String: String]

    /// The certificate authorities that are trusted besides the system's: files and folders.
    public var authorities: [String] {
        [variables["SSL_CERT_FILE"]].compactMap(\.self).filter { !$0.isEmpty }
            + (variables["SSL_CERT_DIR"] ?? "").split(separator: ":").map(String.init)
    }

    /// - Parameter variables: The environment. An empty one leads everywhere directly.
    public init(_ variables: [String: String] = [:]) {
        let names = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"]
        var known = variables.filter { ["SSL_CERT_FILE", "SSL_CERT_DIR"].contains($0.key) }
        for name in names {
            // A web server hands a header `Proxy` on in this variable.
            let capitals =
                name == "http_proxy" && variables["REQUEST_METHOD"] != nil ? nil : name.uppercased()
            known[name] = variables[name] ?? capitals.flatMap { variables[$0] }
        }
        self.variables = known
    }

    /// This computer is reached directly, whatever the variables say.
    /// - Throws: ``Fault``.
    public func route(host: String, port: Int, isSecure: Bool) throws(Fault) -> Route {
        if Loopback.contains(host) || isExempt(host, port: port) { return .direct }
        let name = isSecure ? "https_proxy" : "http_proxy"
        for name in [name, "all_proxy"] {
            guard let value = variables[name] else { continue }
            return value.isEmpty ? .direct : .proxy(try Proxy(value, variable: name))
        }
        return .direct
    }

    // MARK: Exemptions

    /// Whether `no_proxy` names a host: by itself, by a domain above it, by its address or a network (`10.0.0.0/8`), with or without a
    /// port; `*` names all.
    private func isExempt(_ host: String, port: Int) -> Bool {
        let host = Self.bare(host)
        return (variables["no_proxy"] ?? "").lowercased()
            .split { $0 == "," || $0.isWhitespace }
            .contains { Self.names(String($0), host: host, port: port) }
    }

    private static func names(_ entry: String, host: String, port: Int) -> Bool {
        if entry == "*" { return true }
        if entry.contains("/") { return contains(host, network: entry) }
        var name = entry
        let isAddress = entry.filter { $0 == ":" }.count > 1 && !entry.hasPrefix("[")
        if !isAddress, let colon = entry.lastIndex(of: ":"),
            entry[colon...].dropFirst().allSatisfy(\.isNumber)
        {
            guard Int(entry[colon...].dropFirst()) == port else { return false }
            name = String(entry[..<colon])
        }
        name = bare(name)
        if name.hasPrefix("*.") { name.removeFirst(2) }
        if name.hasPrefix(".") { name.removeFirst() }
        return !name.isEmpty && (host == name || host.hasSuffix("." + name))
    }

    private static func contains(_ host: String, network: String) -> Bool {
        let parts = network.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let length = Int(parts[1]), let base = bits(bare(String(parts[0]))),
            let address = bits(host), base.count == address.count, (0...base.count).contains(length)
        else { return false }
        return base.prefix(length) == address.prefix(length)
    }

    /// The bits of an address; nil for a name.
    private static func bits(_ address: String) -> [Bool]? {
        let bytes: [UInt8]
        switch try? SocketAddress(ipAddress: address, port: 0) {
        case .v4(let address): bytes = withUnsafeBytes(of: address.address.sin_addr) { Array($0) }
        case .v6(let address): bytes = withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
        default: return nil
        }
        return bytes.flatMap { byte in (0..<8).map { byte & 0x80 >> $0 != 0 } }
    }

    /// A host in lower case, without brackets and without a dot at its end.
    private static func bare(_ host: String) -> String {
        var host = host.lowercased()
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host.hasSuffix(".") { host.removeLast() }
        return host
    }
}

/// A proxy that an environment variable names. Connections through it are tunnels: it sees where they lead, and nothing else of what is
/// encrypted.
public struct Proxy: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// A tunnel is asked for with CONNECT.
        case http
        /// SOCKS 5; the proxy resolves names.
        case socks
    }

    public var kind: Kind
    public var host: String
    public var port: Int
    /// Name and password, joined by a colon.
    public var credentials: String?
    /// The variable that names it.
    public var variable: String

    init(_ text: String, variable: String) throws(NetworkEnvironment.Fault) {
        let trimmed = text.trimmingCharacters(in: .whitespaces)
        let parts = URLComponents(string: trimmed.contains("://") ? trimmed : "http://" + trimmed)
        func fault(_ what: String) -> NetworkEnvironment.Fault {
            NetworkEnvironment.Fault(message: "The variable \(variable) \(what).")
        }
        guard let parts, let host = parts.host, !host.isEmpty else {
            throw fault("names no proxy: it is not an address")
        }
        switch parts.scheme?.lowercased() {
        case "http": kind = .http
        case "socks", "socks5", "socks5h": kind = .socks
        default:
            throw fault(
                "names a proxy of a kind that Parley cannot use. It can be http:// or socks5://")
        }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = parts.port ?? (kind == .http ? 80 : 1080)
        if let user = parts.user {
            guard kind == .http else {
                throw fault("has a name or a password, which Parley cannot give a socks5:// proxy")
            }
            credentials = user + ":" + (parts.password ?? "")
        }
        self.variable = variable
    }

    /// Its address, without name and password.
    public var address: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(kind == .http ? "http" : "socks5")://\(name):\(port)"
    }
}
