import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization

/// A server on loopback that takes WebSockets, or refuses to, and says what a test tells it. It answers a POST as well.
final class ScriptedSocket: Sendable {
    /// What is done with a WebSocket. When it returns, the connection is closed.
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

    private typealias Upgrade = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>?

    let port: Int
    private let handshakes = Mutex<[HTTPRequestHead]>([])

    private init(port: Int) { self.port = port }

    var url: String { "http://127.0.0.1:\(port)" }

    /// The handshakes that have arrived.
    var requests: [HTTPRequestHead] { handshakes.withLock { $0 } }

    static func run<Outcome: Sendable>(
        _ script: @escaping Script, use: (ScriptedSocket) async throws -> Outcome
    ) async throws -> Outcome {
        let log = Log()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture { try upgrade(channel, log) }
            }
        let server = ScriptedSocket(port: listener.channel.localAddress?.port ?? 0)
        log.server.withLock { $0 = server }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await accept(listener, script) }
            defer { group.cancelAll() }
            return try await use(server)
        }
    }

    private final class Log: Sendable {
        let server = Mutex<ScriptedSocket?>(nil)
        func add(_ head: HTTPRequestHead) {
            server.withLock { $0 }?.handshakes.withLock { $0.append(head) }
        }
    }

    private static func upgrade(_ channel: any Channel, _ log: Log) throws -> EventLoopFuture<Upgrade> {
        let upgrader = NIOTypedWebSocketServerUpgrader<Upgrade>(
            shouldUpgrade: { channel, head in
                log.add(head)
                return channel.eventLoop.makeSucceededFuture([:])
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                }
            })
        return try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
            configuration: .init(
                upgradeConfiguration: .init(
                    upgraders: [upgrader],
                    notUpgradingCompletionHandler: { $0.eventLoop.makeSucceededFuture(nil) })))
    }

    private static func accept(
        _ listener: NIOAsyncChannel<EventLoopFuture<Upgrade>, Never>, _ script: @escaping Script
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await listener.executeThenClose { connections in
                for try await connection in connections {
                    group.addTask { await serve(connection, script) }
                }
            }
        }
    }

    private static func serve(_ upgrade: EventLoopFuture<Upgrade>, _ script: Script) async {
        guard let channel = try? await upgrade.get() else { return }
        try? await channel.executeThenClose { inbound, outbound in
            var session = Session(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            try await script(&session)
        }
    }
}
