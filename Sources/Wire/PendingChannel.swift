import NIOCore
import Synchronization

/// A channel between the upgrade of its connection, where NIO wants it wrapped, and its use, which may never come: the task that
/// waited for the upgrade has been cancelled, or the server stops. NIO ends the program when a wrapped channel is dropped unused;
/// this one is closed then.
public final class PendingChannel<Inbound: Sendable, Outbound: Sendable>: Sendable {
    private let channel: Mutex<NIOAsyncChannel<Inbound, Outbound>?>

    public init(_ channel: NIOAsyncChannel<Inbound, Outbound>) { self.channel = Mutex(channel) }

    deinit {
        guard let unused = take() else { return }
        Task { try? await unused.executeThenClose { _, _ in } }
    }

    /// Hands the channel over. It must be executed.
    /// - Returns: nil if it has been taken before.
    public func take() -> NIOAsyncChannel<Inbound, Outbound>? {
        channel.withLock { channel in
            defer { channel = nil }
            return channel
        }
    }
}
