import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOWebSocket
import Wire

/// The server's side of a WebSocket: texts in, texts out. Answers pings and confirms a close.
struct SocketConnection: Sendable {
    struct Writer: Sendable {
        fileprivate let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>

        func send(_ text: String) async throws {
            try await outbound.write(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text)))
        }

        /// - Parameter code: RFC 6455, 7.4.
        func close(_ code: WebSocketErrorCode) async throws {
            var data = ByteBuffer()
            data.write(webSocketErrorCode: code)
            try await outbound.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: data))
        }
    }

    private let channel: PendingChannel<WebSocketFrame, WebSocketFrame>
    private let head: HTTPRequestHead
    let clientAddress: ClientAddress?
    /// How many messages may wait while one is answered.
    private static let backlog = 16

    init(
        channel: PendingChannel<WebSocketFrame, WebSocketFrame>, head: HTTPRequestHead,
        clientAddress: ClientAddress?
    ) {
        self.channel = channel
        self.head = head
        self.clientAddress = clientAddress
    }

    /// The key of the handshake, in a header or in the query.
    var presentedKey: String? {
        if let key = PresentedKey.find(in: { head.headers.first(name: $0.rawName) }) { return key }
        let query = head.uri.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        let pairs = query.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1) }
        return pairs.first { $0.first == "network_api_key" && $0.count == 2 }.map { String($0[1]) }
    }

    /// Answers one text after the other until the client closes or `answer` throws. A client that disconnects cancels the current answer.
    func run(_ answer: @escaping @Sendable (String, Writer) async throws -> Void) async {
        guard let channel = channel.take() else { return }
        try? await channel.executeThenClose { inbound, outbound in
            let writer = Writer(outbound: outbound)
            let (texts, continuation) = AsyncStream.makeStream(
                of: String.self, bufferingPolicy: .bufferingOldest(Self.backlog))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await text in texts { try await answer(text, writer) }
                }
                group.addTask {
                    defer { continuation.finish() }
                    try await Self.read(inbound, into: continuation, answeringOn: writer)
                }
                // Either ends the connection: the reader when the client disconnects, the other when it closes.
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// Closes at once, without reading.
    func refuse(_ code: WebSocketErrorCode) async {
        try? await channel.take()?.executeThenClose { _, outbound in
            try await Writer(outbound: outbound).close(code)
        }
    }

    private static func read(
        _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>,
        into texts: AsyncStream<String>.Continuation,
        answeringOn writer: Writer
    ) async throws {
        for try await frame in inbound {
            switch frame.opcode {
            case .text:
                if case .dropped = texts.yield(String(buffer: frame.unmaskedData)) {
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
