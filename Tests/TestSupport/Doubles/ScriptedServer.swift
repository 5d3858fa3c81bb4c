import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on loopback that sends exactly the bytes of a test's script, and records the requests.
public final class ScriptedServer: Sendable {
    /// Serves one connection, which is closed when it returns.
    public typealias Script = @Sendable (inout ScriptedConnection) async throws -> Void

    public let port: Int
    private let log = Mutex<[SentRequest]>([])

    private init(port: Int) { self.port = port }

    public var url: String { "http://127.0.0.1:\(port)" }

    /// Every request that has arrived whole, in order.
    public var requests: [SentRequest] { log.withLock { $0 } }

    /// Runs a server for as long as `use` takes.
    public static func run<Outcome: Sendable>(
        tls: NIOSSLContext? = nil, _ script: @escaping Script, use: (ScriptedServer) async throws -> Outcome
    ) async throws -> Outcome {
        // A connection that is still unserved when the test ends must not be wrapped: NIO insists that a wrapped channel is used.
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                    return channel
                }
            }
        let server = ScriptedServer(port: listener.channel.localAddress?.port ?? 0)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.accept(listener, script) }
            defer { group.cancelAll() }
            return try await use(server)
        }
    }

    /// Answers the requests of each connection in order, with the bytes that `answer` gives.
    public static func answering<Outcome: Sendable>(
        _ answer: @escaping @Sendable (SentRequest) -> String, use: (ScriptedServer) async throws -> Outcome
    ) async throws -> Outcome {
        try await run { connection in
            while let request = try await connection.request() { try await connection.send(answer(request)) }
        } use: {
            try await use($0)
        }
    }

    private func accept(
        _ listener: NIOAsyncChannel<any Channel, Never>,
        _ script: @escaping Script
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await listener.executeThenClose { connections in
                for try await connection in connections {
                    group.addTask { await self.serve(connection, script) }
                }
            }
        }
    }

    /// Errors end only their connection: clients that disconnect are part of the tests.
    private func serve(_ channel: any Channel, _ script: Script) async {
        let wrapped = try? await channel.eventLoop.submit {
            try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }.get()
        try? await channel.setOption(.autoRead, value: true).get()
        try? await wrapped?.executeThenClose { inbound, outbound in
            var connection = ScriptedConnection(
                channel: channel, inbound: inbound.makeAsyncIterator(), outbound: outbound,
                record: { request in self.log.withLock { $0.append(request) } })
            try await script(&connection)
        }
    }
}

/// One connection of a ``ScriptedServer``.
public struct ScriptedConnection {
    fileprivate let channel: any Channel
    fileprivate var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    fileprivate let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    fileprivate let record: @Sendable (SentRequest) -> Void
    private var received: [UInt8] = []

    fileprivate init(
        channel: any Channel, inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, record: @escaping @Sendable (SentRequest) -> Void
    ) {
        self.channel = channel
        self.inbound = inbound
        self.outbound = outbound
        self.record = record
    }

    /// The next request, once it has arrived whole; nil when the client has closed.
    public mutating func request() async throws -> SentRequest? {
        while true {
            if let (request, length) = SentRequest.parse(received) {
                received.removeFirst(length)
                record(request)
                return request
            }
            guard let buffer = try await inbound.next() else { return nil }
            received += Array(buffer.readableBytesView)
        }
    }

    public func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    public func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    /// Returns when the client has closed the connection.
    public mutating func waitForClose() async {
        while let next = try? await inbound.next() { received += Array(next.readableBytesView) }
    }

    /// Passes on what comes, both ways, to another port of this machine, until either side closes.
    public mutating func pass(to port: Int) async throws {
        let upstream = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            // Longer than a busy machine takes to get around to a connection.
            .connectTimeout(.hours(1))
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await upstream.executeThenClose { back, forth in
            try await withThrowingTaskGroup(of: Void.self) { [outbound, channel] group in
                group.addTask {
                    for try await bytes in back { try await outbound.write(bytes) }
                    try await channel.close().get()
                }
                if !received.isEmpty { try await forth.write(ByteBuffer(bytes: received)) }
                while let bytes = try await inbound.next() { try await forth.write(bytes) }
                group.cancelAll()
            }
        }
    }

    /// Reads raw bytes, exactly so many.
    public mutating func bytes(_ count: Int) async throws -> [UInt8] {
        while received.count < count, let buffer = try await inbound.next() {
            received += Array(buffer.readableBytesView)
        }
        defer { received.removeFirst(min(count, received.count)) }
        return Array(received.prefix(count))
    }

    /// Closes the connection the hard way: the client's next read fails.
    public func reset() async throws {
        guard let socket = channel as? any SocketOptionProvider else { return }
        try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try await channel.close().get()
    }
}

/// A request as it arrived.
public struct SentRequest: Sendable, Equatable {
    public var method: String
    /// Path and query as sent.
    public var target: String
    /// Names in lower case, values as sent.
    public var headers: [String: String]
    public var body: String

    public init(method: String, target: String, headers: [String: String], body: String) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// The first request within some bytes and its length; nil while it is not whole.
    fileprivate static func parse(_ bytes: [UInt8]) -> (SentRequest, Int)? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] =
                parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let head = text[..<end.upperBound].utf8.count
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        guard bytes.count >= head + length else { return nil }
        let body = String(decoding: bytes[head..<(head + length)], as: UTF8.self)
        return (
            SentRequest(method: String(words[0]), target: String(words[1]), headers: headers, body: body),
            head + length
        )
    }
}

/// The text of an answer with a length.
public func answer(_ status: String = "200 OK", _ headers: [String] = [], body: String) -> String {
    let lines = ["HTTP/1.1 \(status)", "content-length: \(body.utf8.count)"] + headers
    return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
}

/// The text of an answer in chunks.
public func chunked(_ chunks: [String], type: String = "text/plain; charset=utf-8", isWhole: Bool = true)
    -> String
{
    "HTTP/1.1 200 OK\r\ncontent-type: \(type)\r\ntransfer-encoding: chunked\r\n\r\n"
        + chunks.map(chunk).joined() + (isWhole ? "0\r\n\r\n" : "")
}

/// One chunk of such an answer.
public func chunk(_ text: String) -> String { String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n" }
