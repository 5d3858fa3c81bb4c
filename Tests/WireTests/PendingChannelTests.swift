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

    @Test func aChannelThatIsNeverUsedIsClosed() async throws {
        let (channel, closed) = (NIOAsyncTestingChannel(), Signal())
        channel.closeFuture.whenComplete { _ in closed.fire() }
        do { _ = try await Self.wrap(channel) }
        await closed.wait()
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
