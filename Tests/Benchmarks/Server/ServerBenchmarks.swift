import Foundation
import Synchronization

/// The local server over real HTTP, from a process of its own.
enum ServerBenchmarks {
    static let all = [
        Benchmark("server/requests") { try await over(dialects, requests) },
        Benchmark("server/conversation") { try await over([LyzrDialect.self], conversation) },
        Benchmark("server/first-chunk") { try await over(streaming, firstChunk) },
        Benchmark("server/streams") { try await over(streaming, streams) },
    ]

    /// Those in which one request is answered by a stream.
    private static let streaming: [any ServedDialect.Type] = [LyzrDialect.self, VectaraDialect.self]
    private static let dialects: [any ServedDialect.Type] = [
        LyzrDialect.self, VectaraDialect.self, XagentDialect.self, AUIDialect.self,
    ]

    /// A server and a client of it, for one benchmark.
    struct Setting {
        let server: ServerProcess
        let client: LoadClient
        let dialect: any ServedDialect
    }

    /// Measures each dialect on a server of its own.
    private static func over(
        _ dialects: [any ServedDialect.Type], _ body: (Setting) async throws -> [Figure]
    ) async throws -> [Figure] {
        var figures: [Figure] = []
        for dialect in dialects {
            let server = try ServerProcess()
            defer { server.stop() }
            let client = LoadClient()
            let setting = Setting(server: server, client: client, dialect: dialect.init(server.address))
            let measured = try await body(setting)
            figures += measured.map { figure in
                var figure = figure
                figure.name = setting.dialect.name + ": " + figure.name
                return figure
            }
            await client.shutdown()
        }
        return figures
    }

    // MARK: Requests

    /// Each kind of request on a fresh server, and when it has thousands of conversations.
    private static func requests(_ setting: Setting) async throws -> [Figure] {
        var kinds: [(String, Kind)] = [("create", create), ("append", append), ("poll", poll)]
        if setting.dialect.streams { kinds.append(("stream 50 chunks", stream)) }
        let few = try await kinds.asyncMap { try await $0.1(setting) }
        _ = await Load(count: 5000, limit: 10).run(on: setting.server) { [setting = setting.copy] _ in
            try await setting.client.send(setting.dialect.create())
        }
        let many = try await kinds.asyncMap { try await $0.1(setting) }
        return zip(kinds, zip(few, many)).flatMap { kind, outcomes in
            figures(kind.0, [("fresh", outcomes.0), ("5000 conversations", outcomes.1)])
        }
    }

    private typealias Kind = (Setting) async throws -> Load.Outcome

    private static func figures(_ name: String, _ outcomes: [(String, Load.Outcome)]) -> [Figure] {
        var figures = [
            Figure("\(name): requests", .perSecond, outcomes.map { ($0.0, $0.1.perSecond) }),
            Figure("\(name): 99 of 100 within", .time, outcomes.map { ($0.0, $0.1.times.quantile(0.99)) }),
            Figure("\(name): the server's share", .processor, outcomes.map { ($0.0, $0.1.processor) }),
        ]
        if outcomes.contains(where: { $0.1.failures > 0 }) {
            figures.append(
                Figure("\(name): failures", .count, outcomes.map { ($0.0, Double($0.1.failures)) }))
        }
        return figures
    }

    private static func create(_ setting: Setting) async throws -> Load.Outcome {
        await Load().run(on: setting.server) { [setting = setting.copy] _ in
            try await setting.client.send(setting.dialect.create())
        }
    }

    /// One message to each of many idle conversations.
    private static func append(_ setting: Setting) async throws -> Load.Outcome {
        let made = try await setting.copy.conversations(400)
        return await Load(count: made.count).run(on: setting.server) { [setting = setting.copy] number in
            try await setting.client.send(setting.dialect.append(Order(), to: made[number]))
        }
    }

    private static func stream(_ setting: Setting) async throws -> Load.Outcome {
        let made = try await setting.copy.conversations(400)
        return await Load(count: made.count).run(on: setting.server) { [setting = setting.copy] number in
            try await setting.client.send(setting.dialect.stream(Order(chunks: 50), in: made[number]))
        }
    }

    private static func poll(_ setting: Setting) async throws -> Load.Outcome {
        let copy = setting.copy
        let conversation = try await copy.conversation()
        let answer = try await copy.client.send(copy.dialect.append(Order(), to: conversation))
        return await Load().run(on: setting.server) { [setting = setting.copy] _ in
            try await setting.client.send(setting.dialect.poll(conversation, after: answer))
        }
    }

    // MARK: A long conversation

    private static func conversation(_ setting: Setting) async throws -> [Figure] {
        var cases: [(String, Load.Outcome)] = []
        for turns in [0, 1000] {
            let key = try await setting.copy.conversation()
            let said = Load(clients: 1, count: turns, limit: 10)
            let turn: @Sendable (Int) async throws -> Void = { [setting = setting.copy] _ in
                try await setting.client.send(setting.dialect.stream(Order(chunks: 2), in: key))
            }
            let before = await said.run(on: setting.server, turn)
            let measured = await Load(clients: 1, count: 50).run(on: setting.server, turn)
            cases.append(("after \(before.times.count) turns", measured))
        }
        return [
            Figure("a turn, by length of its conversation", .time, cases.map { ($0.0, $0.1.times.median) }),
            Figure("the server's share of it", .processor, cases.map { ($0.0, $0.1.processor) }),
        ]
    }

    // MARK: Streams

    /// The agent answers at once, so that all the time is the server's and the network's.
    private static func firstChunk(_ setting: Setting) async throws -> [Figure] {
        let waits = Mutex<[Double]>([])
        let made = try await setting.copy.conversations(300)
        let outcome = await Load(clients: 1, count: made.count).run(on: setting.server) {
            [setting = setting.copy] number in
            let request = try setting.dialect.stream(Order(), in: made[number])
            let start = wallTime()
            var first: Double?
            try await setting.client.send(request) { piece in
                if first == nil, !Stamp.moments(in: piece.readableBytesView).isEmpty { first = wallTime() }
            }
            if let first { waits.withLock { $0.append(first - start) } }
        }
        let times = waits.withLock { $0 }
        return [
            Figure("time to the first chunk, half within", .time, [("", times.median)]),
            Figure("time to the first chunk, 99 of 100 within", .time, [("", times.quantile(0.99))]),
            Figure("a whole turn of one chunk", .time, [("", outcome.times.median)]),
        ]
    }

    /// More and more replies at once, each with a chunk a second.
    private static func streams(_ setting: Setting) async throws -> [Figure] {
        var held: [(String, Double)] = []
        var half: [(String, Double)] = []
        var most: [(String, Double)] = []
        var memory: [(String, Double)] = []
        var processor: [(String, Double)] = []
        // Sets up what the server makes once, so that it does not count for a stream.
        let warm = try await setting.copy.conversations(200)
        _ = await Load(clients: 50, count: warm.count).run(on: setting.server) {
            [setting = setting.copy] number in
            try await setting.client.send(setting.dialect.stream(Order(), in: warm[number]))
        }
        for count in [100, 500, 1000, 2000] {
            let made = try await setting.copy.conversations(count)
            let idle = setting.server.usage.memory
            let step = await HeldStreams(conversations: made).measure(setting, emptyMemory: idle)
            let label = "\(count)"
            held.append((label, Double(step.held)))
            half.append((label, step.delays.median))
            most.append((label, step.delays.quantile(0.99)))
            memory.append((label, step.memory))
            processor.append((label, step.processor))
        }
        return [
            Figure("streams held of those asked for", .count, held),
            Figure("a chunk is passed on, half within", .time, half),
            Figure("a chunk is passed on, 99 of 100 within", .time, most),
            Figure("the server's share of a chunk", .processor, processor),
            Figure("memory of a stream", .bytes, memory),
        ]
    }
}

extension ServerBenchmarks.Setting {
    /// The part of it that many tasks can share.
    struct Copy: Sendable {
        let client: LoadClient
        let dialect: any ServedDialect
    }

    var copy: Copy { Copy(client: client, dialect: dialect) }
}

extension ServerBenchmarks.Setting.Copy {
    /// Makes an idle conversation.
    func conversation() async throws -> String {
        let made = try await client.send(dialect.create())
        let key = try dialect.conversation(in: made)
        var answer = made
        while dialect.isAtWork(answer) { answer = try await client.send(dialect.poll(key, after: made)) }
        return key
    }

    func conversations(_ count: Int) async throws -> [String] {
        try await withThrowingTaskGroup(of: [String].self) { group in
            let makers = 8
            for maker in 0..<makers {
                group.addTask {
                    var made: [String] = []
                    for _ in stride(from: maker, to: count, by: makers) {
                        made.append(try await conversation())
                    }
                    return made
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}

extension Array {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
