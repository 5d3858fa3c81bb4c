import SessionCore

/// The session manager and its store on disk.
enum StoreBenchmarks {
    static let all = [
        Benchmark("store/stream", stream),
        Benchmark("store/chunk", chunk),
        Benchmark("store/read", read),
    ]

    /// A reply in chunks of 20 bytes, as fast as it is taken.
    private static func stream() async throws -> [Figure] {
        let sizes = [100_000, 1_000_000]
        var speeds: [(String, Double)] = []
        var transactions: [(String, Double)] = []
        for length in sizes {
            let filled = try await FilledStore(PlayedService(burst: Samples.chunks(Samples.prose(length))))
            let (seconds, pieces) = await filled.reply()
            speeds.append((size(length), Double(length) / seconds))
            transactions.append((size(length), Double(pieces.count) / seconds))
            await filled.close()
        }
        return [
            Figure("a reply at full speed", .bytesPerSecond, speeds),
            Figure("transactions meanwhile", .perSecond, transactions),
        ]
    }

    /// One chunk after the other, each sent when the one before has been emitted.
    private static func chunk() async throws -> [Figure] {
        var byMessages: [(String, Double)] = []
        for count in [100, 100_000] {
            byMessages.append(("\(count)", try await paced(PlayedService(messageCount: count))))
        }
        var byLength: [(String, Double)] = []
        for length in [1000, 1_000_000] {
            let burst = Samples.chunks(Samples.prose(length))
            byLength.append((size(length), try await paced(PlayedService(burst: burst))))
        }
        return [
            Figure("from the service to the interface, by messages", .time, byMessages),
            Figure("from the service to the interface, by reply", .time, byLength),
        ]
    }

    /// The median time from one emitted chunk to the next.
    private static func paced(_ service: PlayedService) async throws -> Double {
        let (emitted, continuation) = AsyncStream<Void>.makeStream()
        var service = service
        service.paced = Samples.chunks(Samples.prose(20 * 300))
        service.emitted = emitted
        let filled = try await FilledStore(service)
        let (_, pieces) = await filled.reply(emitted: continuation)
        await filled.close()
        let times = pieces.suffix(200)
        return zip(times.dropFirst(), times).map { $0 - $1 }.median
    }

    private static func read() async throws -> [Figure] {
        let small = try await FilledStore(PlayedService(taskCount: 10, messageCount: 100))
        let large = try await FilledStore(PlayedService(taskCount: 1000, messageCount: 100_000))
        func figure(
            _ name: String, _ labels: (String, String), _ body: @Sendable (FilledStore) async throws -> Void
        ) async throws -> Figure {
            let first = try await Rounds.time { try await body(small) }
            let last = try await Rounds.time { try await body(large) }
            return Figure(name, .time, [(labels.0, first), (labels.1, last)])
        }
        let messages = ("100", "100000")
        let figures = try await [
            figure("the newest page, by messages", messages) { filled in
                consume(try await filled.store.page(PageRequest(task: filled.task, place: .newest)))
            },
            figure("a page in the middle, by messages", messages) { filled in
                let newest = try await filled.store.page(
                    PageRequest(task: filled.task, place: .newest, limit: 1))
                let oldest = try await filled.store.page(
                    PageRequest(task: filled.task, place: .after(.min), limit: 1))
                guard let last = newest.messages.first?.id, let first = oldest.messages.first?.id else {
                    return
                }
                consume(
                    try await filled.store.page(
                        PageRequest(task: filled.task, place: .around((first + last) / 2))))
            },
            figure("search for a rare word, by messages", messages) { filled in
                consume(try await filled.store.search(SearchRequest(words: "zymurgy0")))
            },
            figure("search for a common word, by messages", messages) { filled in
                consume(try await filled.store.search(SearchRequest(words: "reply")))
            },
            figure("search in one task, by messages", messages) { filled in
                consume(
                    try await filled.store.search(SearchRequest(words: "para sentence", task: filled.task)))
            },
            figure("the list of tasks, by tasks", ("10", "1000")) { filled in
                consume(try await filled.store.tasks())
            },
        ]
        await small.close()
        await large.close()
        return figures
    }
}
