import Logging
import Wire

/// Writes a line for each request: method, address, status, and the milliseconds until the head of the answer. Queries are left out:
/// they may hold keys. What only reads and succeeds is of interest to few, and written at the level `debug`.
struct RequestLog: Sendable {
    private let logger: Logger?

    init(_ logger: Logger?) { self.logger = logger }

    /// - Parameter url: absolute.
    func begin(_ method: String, _ url: String) -> Entry {
        Entry(logger: logger, method: method, address: String(url.prefix { $0 != "?" && $0 != "#" }))
    }

    /// A request that is under way.
    struct Entry: Sendable {
        fileprivate let logger: Logger?
        fileprivate let method: String
        fileprivate let address: String
        private let start = ContinuousClock.now

        fileprivate init(logger: Logger?, method: String, address: String) {
            self.logger = logger
            self.method = method
            self.address = address
        }

        func end(status: Int) {
            let level: Logger.Level = status >= 400 ? .warning : method == "GET" ? .debug : .info
            write(level, "\(status)")
        }

        func end(_ error: any Error) {
            let failure = try? TransportFailure.orCancellation(error)
            write(failure == nil ? .debug : .warning, failure.map { "\($0)" } ?? "cancelled")
        }

        private func write(_ level: Logger.Level, _ outcome: String) {
            guard let logger, logger.logLevel <= level else { return }
            let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
            logger.log(
                level: level, "\(method) \(address)",
                metadata: ["status": "\(outcome)", "ms": "\(Int(milliseconds.rounded()))"])
        }
    }
}
