import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// What a WebSocket said before it closed.
struct SocketTranscript: Sendable {
    var texts: [String] = []
    var closeCode: WebSocketErrorCode?
}

/// A WebSocket from the client's side.
enum SocketClient {
    private static let mask: WebSocketMaskingKey = [1, 2, 3, 4]

    /// Sends a text, and after each text that comes back what `answer` makes of it; until either side closes.
    static func talk(
        to url: URL, path: String, headers: HTTPHeaders, first: String?,
        answer: @escaping @Sendable (String) -> SocketReaction = { _ in .wait }
    ) async throws -> SocketTranscript {
        let channel = try await connect(to: url, path: path, headers: headers)
        return try await channel.executeThenClose { inbound, outbound in
            var transcript = SocketTranscript()
            if let first { try await outbound.write(frame(.text, first)) }
            for try await frame in inbound {
                switch frame.opcode {
                case .text:
                    let text = String(buffer: frame.unmaskedData)
                    transcript.texts.append(text)
                    switch answer(text) {
                    case .wait: continue
                    case .say(let next): try await outbound.write(Self.frame(.text, next))
                    case .leave: return transcript
                    case .close: try await outbound.write(Self.frame(.connectionClose, ""))
                    }
                case .connectionClose:
                    var data = frame.unmaskedData
                    transcript.closeCode = data.readWebSocketErrorCode()
                    return transcript
                default: continue
                }
            }
            return transcript
        }
    }

    private static func frame(_ opcode: WebSocketOpcode, _ text: String) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: opcode, maskKey: mask, data: ByteBuffer(string: text))
    }

    private static func connect(
        to url: URL, path: String, headers: HTTPHeaders
    ) async throws -> NIOAsyncChannel<WebSocketFrame, WebSocketFrame> {
        let upgraded = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // Longer than a busy machine takes to get around to a connection.
            .connectTimeout(.hours(1))
            .connect(host: url.host ?? "", port: url.port ?? 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let upgrader = NIOTypedWebSocketClientUpgrader { channel, _ in
                        channel.eventLoop.makeCompletedFuture {
                            try NIOAsyncChannel<WebSocketFrame, WebSocketFrame>(
                                wrappingChannelSynchronously: channel)
                        }
                    }
                    var all = headers
                    all.add(name: "host", value: "localhost")
                    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: all)
                    return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                        configuration: .init(
                            upgradeConfiguration: .init(upgradeRequestHead: head, upgraders: [upgrader]) {
                                channel in
                                channel.eventLoop.makeFailedFuture(
                                    ChannelError.inappropriateOperationForState)
                            }))
                }
            }
        return try await upgraded.get()
    }
}

/// What a client does about a text.
enum SocketReaction: Sendable {
    case wait
    case say(String)
    /// Goes without a word.
    case leave
    case close
}
