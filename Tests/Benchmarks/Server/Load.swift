import AsyncHTTPClient
import Foundation
import NIOCore
import Synchronization

/// Requests from so many clients at once, bounded in number and time.
struct Load {
    var clients = 16
    var count = 800
    /// Seconds after which no more are begun.
    var limit = 3.0

    struct Outcome {
        var times: [Double]
        var failures: Int
        var seconds: Double
        /// Seconds of the server's processor for each request.
        var processor: Double

        var perSecond: Double { Double(times.count) / seconds }
    }

    /// - Parameter request: makes the request with this number and reads its answer.
    func run(
        on server: ServerProcess, _ request: @escaping @Sendable (Int) async throws -> Void
    ) async -> Outcome {
        let next = Counter()
        let end = wallTime() + limit
        let before = server.usage.processorTime
        let start = wallTime()
        let results = await withTaskGroup(of: [Double?].self) { group in
            for _ in 0..<clients {
                group.addTask {
                    var times: [Double?] = []
                    while wallTime() < end {
                        let number = next.take()
                        guard number < count else { break }
                        times.append(await Self.time { try await request(number) })
                    }
                    return times
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        let seconds = wallTime() - start
        let times = results.compactMap(\.self)
        return Outcome(
            times: times, failures: results.count - times.count, seconds: seconds,
            processor: (server.usage.processorTime - before) / Double(max(1, results.count)))
    }

    /// nil if the request failed.
    private static func time(_ body: () async throws -> Void) async -> Double? {
        let start = wallTime()
        do { try await body() } catch { return nil }
        return wallTime() - start
    }

    private final class Counter: Sendable {
        private let next = Atomic<Int>(0)
        func take() -> Int { next.add(1, ordering: .relaxed).oldValue }
    }
}

/// The load's side of the connections.
struct LoadClient: Sendable {
    private let client: HTTPClient

    struct Refused: Error {
        var status: UInt
    }

    init() {
        var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(20)))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 8192
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutdown() async { try? await client.shutdown() }

    /// Sends a request and hands on the body as it arrives.
    func send(_ request: HTTPClientRequest, take: (ByteBuffer) -> Void) async throws {
        let answer = try await client.execute(request, timeout: .seconds(60))
        guard (200..<300).contains(answer.status.code) else { throw Refused(status: answer.status.code) }
        for try await piece in answer.body { take(piece) }
    }

    @discardableResult
    func send(_ request: HTTPClientRequest) async throws -> Data {
        var body = Data()
        try await send(request) { body.append(contentsOf: $0.readableBytesView) }
        return body
    }
}
