import AsyncHTTPClient
import Foundation
import NIOCore
import NIOSSL

/// How a client of agent services and model servers connects. Only what differs between the clients is a parameter.
extension HTTPClient.Configuration {
    /// - Parameters:
    ///   - connect: How long a connection may take to be established, TLS included.
    ///   - idle: How long a body may stay silent; nil sets no limit.
    ///   - reusesConnections: false opens a connection for each request. A request on a kept connection can cross with the server
    ///     closing it, and then there is no telling whether it arrived: right for what only reads, wrong for a message.
    ///   - route: Where connections go first.
    ///   - authorities: The certificate authorities that are trusted besides the system's.
    ///   - inflatedLimit: Bytes of a compressed body, inflated.
    public static func streaming(
        connect: Duration, idle: Duration? = nil, reusesConnections: Bool,
        route: NetworkEnvironment.Route = .direct, authorities: [String] = [],
        inflatedLimit: Int = WholeBody.inflatedLimit
    ) -> HTTPClient.Configuration {
        // Redirects are the caller's decision: a key must not follow one to another host.
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(connect), read: idle.map { TimeAmount($0) }))
        // With HTTP/1 a stopped reply is a closed connection, which every server notices.
        configuration.httpVersion = .http1Only
        // Each streamed reply holds a connection; one must not wait for another to end.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.http1_1ConnectionDebugInitializer = BodyEndHandler.add
        if !reusesConnections { configuration.maximumUsesPerConnection = 1 }
        // We ask for no compression, and some servers compress all the same.
        configuration.decompression = .enabled(limit: .size(inflatedLimit))
        if case .proxy(let proxy) = route { configuration.proxy = .through(proxy) }
        if !authorities.isEmpty { configuration.tlsConfiguration = .trusting(authorities) }
        return configuration
    }
}

extension HTTPClient.Configuration.Proxy {
    fileprivate static func through(_ proxy: Proxy) -> HTTPClient.Configuration.Proxy {
        switch proxy.kind {
        case .socks: .socksServer(host: proxy.host, port: proxy.port)
        case .http:
            .server(
                host: proxy.host, port: proxy.port,
                authorization: proxy.credentials.map {
                    .basic(credentials: Data($0.utf8).base64EncodedString())
                })
        }
    }
}

extension TLSConfiguration {
    /// Of a client that trusts certificate authorities besides the system's.
    /// - Parameter authorities: Files in PEM, or folders of them.
    public static func trusting(_ authorities: [String]) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.additionalTrustRoots = authorities.map { path in
            certificates(inFolder: path).map { .certificates($0) } ?? .file(path)
        }
        return configuration
    }

    /// The certificates in the files of a folder, each of them once; nil if it is no folder.
    private static func certificates(inFolder path: String) -> [NIOSSLCertificate]? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return nil }
        let files = Set(names.map { URL(fileURLWithPath: path + "/" + $0).resolvingSymlinksInPath().path })
        return files.sorted().flatMap { (try? NIOSSLCertificate.fromPEMFile($0)) ?? [] }
    }
}
