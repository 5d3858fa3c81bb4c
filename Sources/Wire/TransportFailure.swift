import AsyncHTTPClient
import Foundation
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOPosix
import NIOSOCKS
import NIOSSL

/// Why there is no answer, or only a part of one.
public enum TransportFailure: Error, Hashable, Sendable {
    case nameNotFound
    case refused
    case noRoute
    case connectTimeout
    case insecure(String)
    case invalidAddress
    /// The service closed or reset the connection.
    case closed
    /// Nothing arrived within the time limit.
    case silent
    /// What arrived is not HTTP.
    case notHTTP
    /// The service answered the WebSocket handshake with something else.
    case noWebSocket
    case tooLong(limit: Int)
    case redirectLoop
    /// The body is compressed in a way that cannot be read.
    case encoding(String)
    /// The proxy makes no connection.
    case proxy(String)
    /// A variable of the environment names no proxy; a sentence.
    case badProxy(String)
    /// The certificates of this file cannot be read.
    case badAuthority(String)
    case shutDown
    case other(String)

    /// Whether no connection was made.
    public var isBeforeConnection: Bool {
        switch self {
        case .nameNotFound, .refused, .noRoute, .connectTimeout, .shutDown, .proxy, .badProxy, .badAuthority:
            true
        default: false
        }
    }

    /// Whether what arrives is at fault, and not the connection that brings it.
    public var isOfBody: Bool {
        switch self {
        case .tooLong, .encoding: true
        default: false
        }
    }

    /// Whether the same may succeed a moment later.
    public var isTransient: Bool {
        switch self {
        case .refused, .noRoute, .connectTimeout, .closed, .silent, .nameNotFound: true
        case .insecure, .invalidAddress, .notHTTP, .noWebSocket, .tooLong, .redirectLoop, .encoding, .proxy,
            .badProxy, .badAuthority, .shutDown, .other:
            false
        }
    }

    /// - Throws: `CancellationError` if the error is one in any form.
    public static func orCancellation(_ error: any Error) throws -> TransportFailure {
        if error is CancellationError || Task.isCancelled { throw CancellationError() }
        if let error = error as? HTTPClientError, error == .cancelled { throw CancellationError() }
        return TransportFailure(error)
    }

    public init(_ error: any Error) {
        switch error {
        case let failure as TransportFailure: self = failure
        case let error as StreamTooLong: self = .tooLong(limit: error.limit)
        case let error as UnreadableEncoding: self = .encoding(error.name)
        case let error as NetworkEnvironment.Fault: self = .badProxy(error.message)
        case is NIOHTTP1ProxyConnectHandler.Error: self = .proxy("it makes no connection")
        case is SOCKSError.ConnectionFailed, is SOCKSError.NoValidAuthenticationMethod:
            self = .proxy("it makes no connection")
        case let error as HTTPClientError: self = Self.from(error)
        case let error as NIOConnectionError: self = Self.from(error)
        case let error as IOError: self = Self.from(error)
        case ChannelError.connectTimeout: self = .connectTimeout
        case is ChannelError: self = .closed
        case NIOSSLError.uncleanShutdown: self = .closed
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: self = .insecure(Self.reason(error))
        case is SocketAddressError: self = .nameNotFound
        case HTTPParserError.invalidEOFState: self = .closed
        case is HTTPParserError: self = .notHTTP
        default: self = .other(String(describing: type(of: error)))
        }
    }

    /// Reads the certificates of these files and folders, to name what cannot be read.
    /// - Throws: ``TransportFailure``.
    public static func tlsContext(_ authorities: [String]) throws(TransportFailure) -> NIOSSLContext {
        do {
            return try NIOSSLContext(configuration: .trusting(authorities))
        } catch {
            throw .badAuthority(authorities.joined(separator: ", "))
        }
    }

    private static func from(_ error: HTTPClientError) -> TransportFailure {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout: .connectTimeout
        case .readTimeout, .writeTimeout, .deadlineExceeded: .silent
        case .remoteConnectionClosed, .requestStreamCancelled: .closed
        case .invalidURL, .emptyHost, .emptyScheme: .invalidAddress
        case .alreadyShutdown: .shutDown
        case .proxyAuthenticationRequired: .proxy("it wants a name and a password")
        case .invalidProxyResponse: .proxy("it makes no connection")
        case .httpProxyHandshakeTimeout, .socksHandshakeTimeout: .proxy("it does not answer in time")
        default: .other(error.shortDescription)
        }
    }

    private static func from(_ error: NIOConnectionError) -> TransportFailure {
        guard let attempt = error.connectionErrors.first else { return .nameNotFound }
        return TransportFailure(attempt.error)
    }

    private static func from(_ error: IOError) -> TransportFailure {
        switch error.errnoCode {
        case ECONNREFUSED: .refused
        case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN, EADDRNOTAVAIL: .noRoute
        case ETIMEDOUT, ECONNRESET, EPIPE, ECONNABORTED, ENOTCONN: .closed
        default: .other(String(cString: strerror(error.errnoCode)))
        }
    }

    /// The informative part of a TLS error's text: `CERTIFICATE_VERIFY_FAILED`.
    private static func reason(_ error: any Error) -> String {
        let text = String(describing: error)
        let words = text.split { !($0.isUppercase && $0.isASCII) && $0 != "_" }
        return words.max { $0.count < $1.count }.map { $0.count > 6 ? String($0) : text } ?? text
    }
}
