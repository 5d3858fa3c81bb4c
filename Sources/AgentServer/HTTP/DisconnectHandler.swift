import NIOCore
import Synchronization

/// Notices that the client has closed its side of the connection while it still waits for an answer.
final class DisconnectHandler: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = NIOAny

    private struct State {
        var isGone = false
        var onDeparture: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Calls back once, when the client goes, or at once if it has gone. Only the latest callback counts.
    func whenGone(_ callback: @escaping @Sendable () -> Void) {
        let isGone = state.withLock { state in
            state.onDeparture = state.isGone ? nil : callback
            return state.isGone
        }
        if isGone { callback() }
    }

    /// Nobody waits any more for the client to go.
    func forget() {
        state.withLock { $0.onDeparture = nil }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { depart() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        depart()
        context.fireChannelInactive()
    }

    private func depart() {
        let callback = state.withLock { state in
            defer { state.onDeparture = nil }
            state.isGone = true
            return state.onDeparture
        }
        callback?()
    }
}

extension ServerContext {
    /// The handler that watches this connection; nil where there is none (a test without a socket).
    var departure: DisconnectHandler? {
        get async {
            try? await channel.pipeline.handler(type: DisconnectHandler.self).get()
        }
    }
}
