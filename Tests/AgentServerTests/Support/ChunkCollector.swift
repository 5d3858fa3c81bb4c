import Hummingbird
import NIOCore
import NIOEmbedded
import Synchronization

/// Keeps the pieces in which a body is written.
final class ChunkCollector: ResponseBodyWriter, Sendable {
    private let collected = Mutex<[[UInt8]]>([])

    var chunks: [[UInt8]] { collected.withLock { $0 } }

    func write(_ buffer: ByteBuffer) async throws {
        collected.withLock { $0.append(Array(buffer.readableBytesView)) }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// A channel without a socket.
enum TestChannel {
    static func make() -> any Channel { NIOAsyncTestingChannel() }
}
