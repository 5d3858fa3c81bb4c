import Foundation
import Synchronization

/// Many streams that are open at once, each with a chunk a second, watched for some seconds.
struct HeldStreams {
    /// One for each stream.
    var conversations: [String]
    private var count: Int { conversations.count }
    /// Seconds from one chunk of a stream to its next.
    private let pause = 1.0
    private let watched = 3.0

    init(conversations: [String]) {
        self.conversations = conversations
    }

    struct Outcome {
        var held: Int
        /// From the agent to the client.
        var delays: [Double]
        /// Bytes of the server's memory for each stream.
        var memory: Double
        /// Seconds of the server's processor for each chunk.
        var processor: Double
    }

    /// What the streams have in common.
    private final class Gathering: Sendable {
        let open = Atomic<Int>(0)
        let delays = Mutex<[(at: Double, delay: Double)]>([])

        func take(_ moments: [Double]) {
            let now = wallTime()
            delays.withLock { $0 += moments.map { (now, now - $0) } }
        }
    }

    func measure(_ setting: ServerBenchmarks.Setting, emptyMemory: Double) async -> Outcome {
        let gathering = Gathering()
        let copy = setting.copy
        return await withTaskGroup(of: Void.self) { group in
            for conversation in conversations {
                group.addTask { await stream(gathering, copy, conversation: conversation) }
            }
            await waitUntilOpen(gathering)
            let start = wallTime()
            let before = setting.server.usage.processorTime
            try? await Task.sleep(for: .seconds(watched))
            let used = setting.server.usage.processorTime - before
            let held = gathering.open.load(ordering: .relaxed)
            let memory = setting.server.usage.memory
            group.cancelAll()
            await group.waitForAll()
            let delays = gathering.delays.withLock { $0 }.filter { (start..<start + watched).contains($0.at) }
            return Outcome(
                held: held, delays: delays.map(\.delay),
                memory: (memory - emptyMemory) / Double(max(1, held)),
                processor: used / Double(max(1, delays.count)))
        }
    }

    /// Returns when every stream has had its first chunk, at most after 20 seconds.
    private func waitUntilOpen(_ gathering: Gathering) async {
        let end = wallTime() + 20
        while gathering.open.load(ordering: .relaxed) < count, wallTime() < end {
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    private func stream(
        _ gathering: Gathering, _ setting: ServerBenchmarks.Setting.Copy, conversation: String
    ) async {
        let order = Order(chunks: 1000, pause: Int(pause * 1000))
        var isOpen = false
        // Ends by being cancelled.
        try? await setting.client.send(setting.dialect.stream(order, in: conversation)) { piece in
            let moments = Stamp.moments(in: piece.readableBytesView)
            if !isOpen, !moments.isEmpty {
                isOpen = true
                gathering.open.add(1, ordering: .relaxed)
            }
            gathering.take(moments)
        }
        if isOpen { gathering.open.subtract(1, ordering: .relaxed) }
    }
}
