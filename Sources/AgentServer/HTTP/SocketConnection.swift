import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// A WebSocket from the server's side: texts in, texts out. Pings are answered and a close is confirmed on the way.
struct SocketConnection: Sendable {
    /// Writes texts, and closes in the end.
    struct Writer: Sendable {
        fileprivate let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>

        func send(_ text: String) async throws {
            try await outbound.write(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text)))
        }

        /// - Parameter code: why, as RFC 6455, 7.4 counts it.
        func close(_ code: WebSocketErrorCode) async throws {
            var data = ByteBuffer()
            data.write(webSocketErrorCode: code)
            try await outbound.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: data))
        }
    }

    private let channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>
    private let head: HTTPRequestHead
    /// How many messages may wait while one is dealt with.
    private static let backlog = 16

    init(channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, head: HTTPRequestHead) {
        self.channel = channel
        self.head = head
    }

    /// The key that the handshake carried, in a header or in the query.
    var presentedKey: String? {
        for name in ["x-network-api-key", "x-api-key"] {
            if let key = head.headers.first(name: name) { return key }
        }
        if let value = head.headers.first(name: "authorization"), value.lowercased().hasPrefix("bearer ") {
            return String(value.dropFirst("bearer ".count))
        }
        let query = head.uri.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        let pairs = query.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1) }
        return pairs.first { $0.first == "network_api_key" && $0.count == 2 }.map { String($0[1]) }
    }

    /// Deals with one text after the other until the client closes or `answer` throws. A client that goes cancels what is being
    /// answered.
    func run(_ answer: @escaping @Sendable (String, Writer) async throws -> Void) async {
        try? await channel.executeThenClose { inbound, outbound in
            let writer = Writer(outbound: outbound)
            let (texts, mailbox) = AsyncStream.makeStream(
                of: String.self, bufferingPolicy: .bufferingOldest(Self.backlog))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await text in texts { try await answer(text, writer) }
                }
                group.addTask {
                    defer { mailbox.finish() }
                    try await Self.read(inbound, into: mailbox, answeringOn: writer)
                }
                // Whoever ends first ends the connection: the reader when the client goes, the answerer when it closes.
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// Closes at once.
    func refuse(_ code: WebSocketErrorCode) async {
        try? await channel.executeThenClose { _, outbound in
            try await Writer(outbound: outbound).close(code)
        }
    }

    private static func read(
        _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>,
        into mailbox: AsyncStream<String>.Continuation,
        answeringOn writer: Writer
    ) async throws {
        for try await frame in inbound {
            switch frame.opcode {
            case .text:
                if case .dropped = mailbox.yield(String(buffer: frame.unmaskedData)) {
                    return try await writer.close(.policyViolation)
                }
            case .ping:
                try await writer.outbound.write(
                    WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
            case .connectionClose:
                return try await writer.close(.normalClosure)
            case .binary:
                return try await writer.close(.unacceptableData)
            default:
                continue
            }
        }
    }
}
