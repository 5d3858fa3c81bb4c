import Foundation
import Hummingbird
import Logging
import NIOCore

/// The state of one request.
struct ServerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    /// Set by ``KeyMiddleware``.
    var principal: Principal?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

extension ServerContext {
    var clientAddress: ClientAddress? { ClientAddress(channel.remoteAddress) }

    /// A path parameter, percent-decoded.
    func name(_ parameter: String) throws -> String {
        let raw = try parameters.require(parameter)
        return raw.removingPercentEncoding ?? raw
    }
}
