import Foundation
import SessionCore
import Synchronization
import TestSupport

/// Background turns that run at their services for a long time.
enum PollBenchmarks {
    static let all = [Benchmark("polls/running", running)]

    /// A service where every job goes on for ever. It counts how often it is asked.
    private final class LongJobs: AgentService {
        let capabilities: Capabilities = [.background, .listsTasks]
        let taskCount: Int
        private let polls = Mutex(0)

        init(taskCount: Int) { self.taskCount = taskCount }

        var count: Int { polls.withLock { $0 } }

        func begin(_ request: TurnRequest) async throws -> Ticket {
            Ticket(id: request.conversation.task.rawValue, conversation: request.conversation)
        }

        func poll(_ ticket: Ticket) async throws -> PollAnswer {
            polls.withLock { $0 += 1 }
            return PollAnswer(.running)
        }

        func tasks(page: String?) async throws -> Page<RemoteTask> {
            try await PlayedService(taskCount: taskCount).tasks(page: page)
        }
    }

    private static func running() async throws -> [Figure] {
        var rates: [(String, Double)] = []
        var shares: [(String, Double)] = []
        var costs: [(String, Double)] = []
        for count in [100, 10_000] {
            let folder = try TemporaryFolder()
            let path = folder.file("parley.sqlite")
            try await fill(path, count)
            let paced = try await measure(path, count, rate: 20)
            rates.append(("\(count)", paced.polls))
            shares.append(("\(count)", paced.processor))
            let fast = try await measure(path, count, rate: 1000)
            costs.append(("\(count)", fast.processor / max(1, fast.polls)))
        }
        return [
            Figure("polls in a second, by running turns", .perSecond, rates),
            Figure("the processor's share meanwhile", .processor, shares),
            Figure("a poll without that limit", .processor, costs),
        ]
    }

    /// Leaves so many turns running that no program polls.
    private static func fill(_ path: String, _ count: Int) async throws {
        let events = EventTap()
        let store = try SessionStore(path: path)
        let manager = SessionManager(store: store, accounts: ["played": LongJobs(taskCount: count)]) {
            events.take($0)
        }
        await manager.start(resuming: false)
        let listed = events.next { if case .listing(_, .complete) = $0 { true } else { false } }
        manager.submit(.refresh)
        await listed.value
        for task in try await store.tasks() {
            let running = events.next { event in
                if case .turn(let turn) = event { turn.state == .running } else { false }
            }
            manager.submit(.send(task.id, text: "Go on", mode: .background))
            await running.value
        }
        await manager.shutdown()
    }

    /// - Returns: polls and processor time in a second, once all have been adopted.
    private static func measure(
        _ path: String, _ count: Int, rate: Int
    ) async throws -> (polls: Double, processor: Double) {
        let service = LongJobs(taskCount: count)
        let manager = SessionManager(
            store: try SessionStore(path: path), accounts: ["played": service], pollRate: rate
        ) { _ in }
        await manager.start()
        try await Task.sleep(for: .seconds(2))
        let (polls, processor, start) = (service.count, processTime(), wallTime())
        try await Task.sleep(for: .seconds(5))
        let seconds = wallTime() - start
        let result = (Double(service.count - polls) / seconds, (processTime() - processor) / seconds)
        await manager.shutdown()
        return result
    }
}
