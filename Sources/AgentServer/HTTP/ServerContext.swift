import Foundation
import Hummingbird
import Logging
import NIOCore

/// What goes with a request through the server.
struct ServerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    /// Whose key the request carried; set by ``KeyMiddleware``.
    var principal: Principal?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

extension ServerContext {
    /// A name that stands in the path, without its percent signs.
    func name(_ parameter: String) throws -> String {
        let raw = try parameters.require(parameter)
        return raw.removingPercentEncoding ?? raw
    }
}
