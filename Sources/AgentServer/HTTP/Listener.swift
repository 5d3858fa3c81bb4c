import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Timing

/// The listening socket and its connections. Uses Hummingbird's server without its `Application`, which wakes the process every second
/// for the date.
final class Listener: Sendable {
    private let server: Server<ServerChannel>
    private let work: Task<Void, any Error>
    let port: Int

    /// Returns when the server accepts connections.
    /// - Throws: ``ServerError`` if it cannot listen on the address.
    init(
        host: String, port: Int, responder: some HTTPResponder<ServerContext>, sockets: SocketRoute,
        limits: ServerLimits, metrics: ServerMetrics, logger: Logger
    ) async throws {
        var serverLogger = logger
        // Below that level it logs each connection, and as an error each connection that a stop has to cut off.
        serverLogger.logLevel = .critical
        let (ports, continuation) = AsyncThrowingStream<Int, any Error>.makeStream()
        let server = Server(
            childChannelSetup: ServerChannel(
                responder: Self.respond(with: responder, logger: logger), sockets: sockets,
                limits: limits, metrics: metrics),
            configuration: .init(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(
                    limits.connections(withDescriptors: Self.descriptors), logger: serverLogger)),
            onServerRunning: { channel in
                try? await Self.waitForDescriptors(channel)
                continuation.yield(channel.localAddress?.port ?? port)
            },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: serverLogger)
        self.server = server
        work = Task {
            do {
                try await server.run()
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
                throw error
            }
        }
        do {
            // Also if the calling task is cancelled: a server that is stopped before it runs would drop its socket unclosed.
            self.port = try await Task {
                for try await port in ports { return port }
                return port
            }.value
        } catch {
            throw ServerError("The server cannot listen on \(host), port \(port): \(Self.reason(error)).")
        }
    }

    /// Accepts no more connections, and returns when the last one has closed.
    func stop() async {
        try? await server.shutdownGracefully()
        _ = await work.result
    }

    /// Closes what is still open.
    func cancel() {
        work.cancel()
    }

    private static func respond(
        with responder: some HTTPResponder<ServerContext>, logger: Logger
    ) -> HTTPChannelHandler.Responder {
        { request, writer, channel in
            var logger = logger
            logger[metadataKey: "request"] = "\(RequestID())"
            let context = ServerContext(
                source: ApplicationRequestContextSource(channel: channel, logger: logger))
            var response = try await responder.respond(to: request, context: context)
            response.headers[.date] = HTTPDate.text(Date())
            try await writer.write(response: response.head, body: response.body)
        }
    }

    /// How many descriptors the system allows this process.
    private static var descriptors: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
        return Int(clamping: limit.rlim_cur)
    }

    private static func waitForDescriptors(_ channel: any Channel) async throws {
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(AcceptBackoff(), position: .first)
        }.get()
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return switch error.errnoCode {
        case EADDRINUSE: "another program uses it"
        case EACCES: "permission denied; ports below 1024 are reserved for the system"
        case EADDRNOTAVAIL: "this computer has no such address"
        default: String(cString: strerror(error.errnoCode))
        }
    }
}

/// Stops accepting for a moment when the system has no descriptor for a connection: one that waits to be accepted would be reported again
/// at once, for ever. (NIO's own `AcceptBackoffHandler` does not prevent that if not a single connection could be accepted.)
private final class AcceptBackoff: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.milliseconds(250)

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is IOError, let options = context.channel.syncOptions else {
            return context.fireErrorCaught(error)
        }
        try? options.setOption(ChannelOptions.autoRead, value: false)
        let channel = context.channel
        context.eventLoop.scheduleTask(in: Self.pause) {
            _ = channel.setOption(ChannelOptions.autoRead, value: true)
        }
    }
}
