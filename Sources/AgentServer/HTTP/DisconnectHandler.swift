import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Synchronization

/// Reports that the client has gone while a response is being written.
///
/// A client that has closed its side of the connection counts as gone, unless its request said that it would be the last one
/// (`Connection: close`): then it has only said that it will send no more.
final class DisconnectHandler: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private struct State {
        var isDisconnected = false
        var isLastRequest = false
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

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) {
            let isLast = head.headerFields[.connection]?.lowercased() == "close"
            state.withLock { $0.isLastRequest = isLast }
        }
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent,
            !state.withLock({ $0.isLastRequest })
        {
            disconnected()
        }
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
