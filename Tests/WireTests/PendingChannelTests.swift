import NIOCore
import NIOEmbedded
import TestSupport
import Testing
import Wire

@Suite(.timeLimit(.scaled(minutes: 5))) struct PendingChannelTests {
    private static func wrap(
        _ channel: NIOAsyncTestingChannel
    ) async throws -> PendingChannel<ByteBuffer, ByteBuffer> {
        try await channel.testingEventLoop.executeInContext {
            PendingChannel(try NIOAsyncChannel(wrappingChannelSynchronously: channel))
        }
    }

    /// NIO would end the tests.
    @Test func aChannelThatIsNeverUsedIsClosed() async throws {
        let channel = NIOAsyncTestingChannel()
        do { _ = try await Self.wrap(channel) }
        try await channel.closeFuture.get()
    }

    @Test func aChannelIsHandedOverOnce() async throws {
        let channel = NIOAsyncTestingChannel()
        let pending = try await Self.wrap(channel)
        let taken = try #require(pending.take())
        #expect(pending.take() == nil)
        try await taken.executeThenClose { _, outbound in
            try await outbound.write(ByteBuffer(string: "hi"))
        }
        #expect(try await channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "hi"))
    }
}
