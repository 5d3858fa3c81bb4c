import Foundation
import NIOCore
import NIOPosix
import Synchronization
import TestSupport

@testable import AgentServer

extension ServerLimits {
    /// Waits longer than a busy machine takes to get around to a test's client.
    static var patient: ServerLimits {
        ServerLimits(firstRequest: .seconds(3600), request: .seconds(3600), silence: .seconds(3600))
    }
}

/// A connection on which a test writes what it likes.
struct RawClient {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// - Parameter buffer: how many bytes the system keeps for who does not read them.
    init(_ url: URL, buffer: Int = 1 << 20) async throws {
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // Longer than a busy machine takes to get around to a connection.
            .connectTimeout(.hours(1))
            .channelOption(ChannelOptions.socketOption(.so_rcvbuf), value: .init(buffer))
            .connect(host: url.host ?? "", port: url.port ?? 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
    }

    /// What the server says until it closes the connection, which it may do before it has read everything.
    /// - Parameters:
    ///   - closing: When the client closes its side of the connection; nil for never.
    ///   - more: Sent again and again after the text, as long as the server takes it.
    ///   - next: What is sent after a piece of what the server says.
    func send(
        _ text: String, closing: Signal? = nil, more: ByteBuffer? = nil,
        next: (String) -> String? = { _ in nil }
    ) async throws -> String {
        let answer = Mutex("")
        do {
            try await channel.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: text))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    if let closing {
                        group.addTask {
                            await closing.wait()
                            outbound.finish()
                        }
                    }
                    if let more {
                        group.addTask { while !Task.isCancelled { try await outbound.write(more) } }
                    }
                    for try await bytes in inbound {
                        let piece = String(buffer: bytes)
                        answer.withLock { $0 += piece }
                        if let more = next(piece) { try await outbound.write(ByteBuffer(string: more)) }
                    }
                    group.cancelAll()
                }
            }
        } catch is IOError {
        } catch is ChannelError {}
        return answer.withLock { $0 }
    }

    /// Sends, and reads nothing until `body` is over.
    func send(_ text: String, withoutReading body: () async throws -> Void) async throws {
        do {
            try await channel.executeThenClose { _, outbound in
                try await channel.channel.setOption(ChannelOptions.autoRead, value: false).get()
                try await outbound.write(ByteBuffer(string: text))
                try await body()
            }
        } catch is ChannelError {
            // Closed by the server meanwhile.
        }
    }
}
