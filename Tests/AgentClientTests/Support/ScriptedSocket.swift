import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization

/// A server on loopback that accepts WebSockets and serves each with a test's script.
final class ScriptedSocket: Sendable {
    /// Serves one WebSocket, which is closed when it returns.
    typealias Script = @Sendable (inout Session) async throws -> Void

    struct Session {
        fileprivate var inbound: NIOAsyncChannelInboundStream<WebSocketFrame>.AsyncIterator
        fileprivate let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>

        /// The next text; nil when the client has closed.
        mutating func text() async throws -> String? {
            while let frame = try await inbound.next() {
                if frame.opcode == .text { return String(buffer: frame.unmaskedData) }
                if frame.opcode == .connectionClose { return nil }
            }
            return nil
        }

        /// The next frame of a kind.
        mutating func frame(_ opcode: WebSocketOpcode) async throws -> WebSocketFrame? {
            while let frame = try await inbound.next() {
                if frame.opcode == opcode { return frame }
            }
            return nil
        }

        func send(_ text: String) async throws {
            try await send(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text)))
        }

        func send(_ frame: WebSocketFrame) async throws { try await outbound.write(frame) }

        func close(_ code: UInt16, _ reason: String) async throws {
            var data = ByteBuffer(integer: code)
            data.writeString(reason)
            try await send(WebSocketFrame(fin: true, opcode: .connectionClose, data: data))
        }
    }

    let port: Int
    private let handshakes = Mutex<[HTTPRequestHead]>([])

    private init(port: Int) { self.port = port }

    var url: String { "http://127.0.0.1:\(port)" }

    /// The handshakes that have arrived.
    var requests: [HTTPRequestHead] { handshakes.withLock { $0 } }

    static func run<Outcome: Sendable>(
        tls: NIOSSLContext? = nil, _ script: @escaping Script,
        use: (ScriptedSocket) async throws -> Outcome
    ) async throws -> Outcome {
        let log = Log()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                    try prepare(channel, log, script)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = ScriptedSocket(port: listener.localAddress?.port ?? 0)
        log.server.withLock { $0 = server }
        let outcome: Outcome
        do {
            outcome = try await use(server)
        } catch {
            try await listener.close()
            throw error
        }
        try await listener.close()
        return outcome
    }

    private final class Log: Sendable {
        let server = Mutex<ScriptedSocket?>(nil)
        func add(_ head: HTTPRequestHead) {
            server.withLock { $0 }?.handshakes.withLock { $0.append(head) }
        }
    }

    private static func prepare(_ channel: any Channel, _ log: Log, _ script: @escaping Script) throws {
        let upgrader = NIOTypedWebSocketServerUpgrader<Void>(
            shouldUpgrade: { channel, head in
                log.add(head)
                return channel.eventLoop.makeSucceededFuture([:])
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    let wrapped = try NIOAsyncChannel<WebSocketFrame, WebSocketFrame>(
                        wrappingChannelSynchronously: channel)
                    // Served at once, for NIO insists that what is wrapped is used; it ends with the client's connection.
                    Task { await serve(wrapped, script) }
                }
            })
        _ = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
            configuration: .init(
                upgradeConfiguration: .init(
                    upgraders: [upgrader],
                    notUpgradingCompletionHandler: { $0.eventLoop.makeSucceededVoidFuture() })))
    }

    private static func serve(
        _ channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, _ script: Script
    ) async {
        try? await channel.executeThenClose { inbound, outbound in
            var session = Session(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            try await script(&session)
        }
    }
}
