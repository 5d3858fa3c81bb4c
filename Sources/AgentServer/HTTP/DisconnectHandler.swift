import NIOCore
import Synchronization

/// Reports that the client has closed its side of the connection while a response is being written.
final class DisconnectHandler: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = NIOAny

    private struct State {
        var isDisconnected = false
        var onDisconnect: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Calls back once when the client disconnects, or at once if it has. Replaces the callback before.
    func onDisconnect(_ callback: @escaping @Sendable () -> Void) {
        let isDisconnected = state.withLock { state in
            state.onDisconnect = state.isDisconnected ? nil : callback
            return state.isDisconnected
        }
        if isDisconnected { callback() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { disconnected() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        disconnected()
        context.fireChannelInactive()
    }

    private func disconnected() {
        let callback = state.withLock { state in
            defer { state.onDisconnect = nil }
            state.isDisconnected = true
            return state.onDisconnect
        }
        callback?()
    }
}

extension ServerContext {
    /// The handler of this connection; nil where there is none (a test without a socket).
    var disconnectHandler: DisconnectHandler? {
        get async {
            try? await channel.pipeline.handler(type: DisconnectHandler.self).get()
        }
    }
}
