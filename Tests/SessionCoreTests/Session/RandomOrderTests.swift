import Foundation
import Synchronization
import TestSupport
import Testing

@testable import SessionCore

/// People, services, kills and other programs in any order: no message and no chunk is lost, and nothing is posted twice.
///
/// `PARLEY_SEED` runs one seed alone. The order of what happens at once is the machine's.
@Suite(.timeLimit(.scaled(minutes: 10))) struct RandomOrderTests {
    private static var seeds: [UInt64] {
        ProcessInfo.processInfo.environment["PARLEY_SEED"].flatMap(UInt64.init).map { [$0] }
            ?? Array(0..<UInt64(8))
    }

    @Test(arguments: seeds)
    func nothingIsLostAndNothingIsPostedTwice(seed: UInt64) async throws {
        let play = try RandomPlay(seed: seed)
        for _ in 0..<100 { try await play.step() }
        try await play.finish()
        try await play.check()
    }
}

// MARK: The service

/// A service that keeps its conversations whatever its clients do. The play decides what happens to each of its turns.
private final class PlayedService: Sendable {
    struct Job {
        var conversation: String
        /// The message that was posted.
        var text: String
        var reply: String
        /// How much of the reply is there.
        var written = 0
        var isOver = false
    }

    struct State {
        var jobs: [Job] = []
        /// The messages of each conversation, in the order posted, by their jobs.
        var conversations: [String: [Int]] = [:]
        var posts: [String: Int] = [:]
        var random: SeededRandom
        var isCalm = false
    }

    let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(random: SeededRandom(seed: seed &* 31 &+ 7))) }

    /// Takes a message.
    func post(_ request: TurnRequest, chosen: String) -> Int {
        state.withLock { state in
            let id = request.conversation.serviceID ?? chosen
            state.posts[request.text, default: 0] += 1
            let number = state.jobs.count
            let reply = "[\(number)] " + (0..<6).map { "\(request.text)-\($0) " }.joined()
            state.jobs.append(Job(conversation: id, text: request.text, reply: reply))
            state.conversations[id, default: []].append(number)
            return number
        }
    }

    func chance(_ share: Double) -> Bool {
        state.withLock { $0.isCalm ? false : Double.random(in: 0..<1, using: &$0.random) < share }
    }

    /// Lets the agent write more.
    /// - Returns: what it has written, and whether that is all.
    func work(on job: Int) -> (text: String, isOver: Bool) {
        state.withLock { state in
            let whole = Array(state.jobs[job].reply)
            let step = state.isCalm ? whole.count : Int.random(in: 0...9, using: &state.random)
            let written = min(whole.count, state.jobs[job].written + step)
            state.jobs[job].written = written
            state.jobs[job].isOver = written == whole.count
            return (String(whole[..<written]), written == whole.count)
        }
    }

    func calm() { state.withLock { $0.isCalm = true } }

    func history(of conversation: String) -> [RemoteMessage]? {
        state.withLock { state in
            state.conversations[conversation].map { jobs in
                jobs.flatMap { number -> [RemoteMessage] in
                    let job = state.jobs[number]
                    let said = RemoteMessage(serviceID: "u\(number)", role: .user, text: job.text)
                    let answer = RemoteMessage(serviceID: "a\(number)", role: .agent, text: job.reply)
                    return job.isOver ? [said, answer] : [said]
                }
            }
        }
    }
}

/// The connection of one program to the service. When the program is killed nothing passes any more, in either direction.
private final class Line: AgentService {
    let capabilities: Capabilities = [.streams, .background, .listsTasks, .history]
    private let service: PlayedService
    private let isCut = Mutex(false)

    init(_ service: PlayedService) { self.service = service }

    func cut() { isCut.withLock { $0 = true } }

    private func check() throws {
        if isCut.withLock({ $0 }) { throw CancellationError() }
    }

    func chosenID(for conversation: Conversation) -> String? { "c-\(conversation.task.rawValue)" }

    private func accept(_ request: TurnRequest) throws -> Int {
        try isCut.withLock { isCut in
            if isCut { throw CancellationError() }
            if service.chance(0.1) { throw ServiceError(.unreachable, "No route.") }
            let job = service.post(request, chosen: "c-\(request.conversation.task.rawValue)")
            return job
        }
    }

    private func conversation(of job: Int) -> String { service.state.withLock { $0.jobs[job].conversation } }

    func reply(
        to request: TurnRequest, receive: @Sendable @concurrent (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd {
        let job = try accept(request)
        if service.chance(0.1) { throw ServiceError(.interrupted, "Cut off before an answer.") }
        try await receive(.accepted(serviceID: conversation(of: job)))
        var sent = ""
        while true {
            await Task.yield()
            try check()
            let (text, isOver) = service.work(on: job)
            if text.count > sent.count {
                try await receive(
                    service.chance(0.3) ? .wholeText(text) : .text(String(text.dropFirst(sent.count))))
                sent = text
            }
            if service.chance(0.04) { throw ServiceError(.interrupted, "Cut off.") }
            if service.chance(0.02) { return .truncated }
            if isOver { return .complete }
        }
    }

    func begin(_ request: TurnRequest) async throws -> Ticket {
        let job = try accept(request)
        await Task.yield()
        try check()
        if service.chance(0.15) { throw ServiceError(.interrupted, "Cut off before an answer.") }
        var conversation = request.conversation
        conversation.serviceID = self.conversation(of: job)
        return Ticket(id: String(job), conversation: conversation)
    }

    func poll(_ ticket: Ticket) async throws -> PollAnswer {
        try check()
        if service.chance(0.15) { throw ServiceError(.service, "Bad gateway.") }
        if service.chance(0.05) { throw ServiceError(.notFound, "Being updated.") }
        guard let job = Int(ticket.id) else { throw ServiceError(.notFound, "No such job.") }
        let (text, isOver) = service.work(on: job)
        return PollAnswer(isOver ? .done : .running, events: text.isEmpty ? [] : [.wholeText(text)])
    }

    func tasks(page: String?) async throws -> Page<RemoteTask> {
        try check()
        let ids = service.state.withLock { $0.conversations.keys.sorted() }
        return Page(ids.map { RemoteTask(serviceID: $0, agent: Harness.agent, title: "Listed") })
    }

    func history(_ conversation: Conversation, page: String?) async throws -> Page<RemoteMessage> {
        try check()
        if service.chance(0.1) { throw ServiceError(.service, "Bad gateway.") }
        guard page == nil, let id = conversation.serviceID else { return Page([]) }
        for job in service.state.withLock({ $0.conversations[id] ?? [] }) { _ = service.work(on: job) }
        guard let messages = service.history(of: id) else {
            throw ServiceError(.notFound, "No such session.")
        }
        return Page(messages)
    }
}

// MARK: The play

private final class RandomPlay {
    private struct Program {
        let harness: SessionManager
        let store: SessionStore
        let line: Line
        let log: EventLog<SessionEvent>
    }

    private let folder: TemporaryFolder
    private let service: PlayedService
    private let clock = ManualClock()
    private let seed: UInt64
    private var random: SeededRandom
    private var programs: [Program] = []
    private var ended: [EventLog<SessionEvent>] = []
    private var tasks: [ChatTask.ID] = []
    private var said: [(text: String, task: ChatTask.ID)] = []
    /// How many messages were written, said or not: each has a text of its own.
    private var written = 0
    /// How often the person has sent a message again.
    private var retries: [String: Int] = [:]

    init(seed: UInt64) throws {
        folder = try TemporaryFolder()
        self.seed = seed
        random = SeededRandom(seed: seed)
        service = PlayedService(seed: seed)
    }

    private func open() async throws {
        let store = try SessionStore(path: folder.file("parley.sqlite"))
        let (line, log) = (Line(service), EventLog<SessionEvent>())
        let manager = SessionManager(
            store: store, accounts: [Harness.account: line], clock: clock.clock, random: { 0.5 },
            events: log.add)
        programs.append(Program(harness: manager, store: store, line: line, log: log))
        await manager.start()
    }

    /// Nothing that the program does from now on reaches the service or the file, and its lease is free.
    private func kill(_ index: Int) async throws {
        let program = programs.remove(at: index)
        program.line.cut()
        try program.store.database.close()
        program.store.lease.release()
        ended.append(program.log)
        await program.harness.shutdown(grace: .zero)
    }

    private func pick(_ share: Int) -> Int { Int.random(in: 0..<share, using: &random) }

    func step() async throws {
        if programs.isEmpty || (programs.count < 2 && pick(12) == 0) { try await open() }
        let program = programs[pick(programs.count)]
        switch pick(20) {
        case 0...1: try await create(in: program)
        case 2...7: try await say(in: program)
        case 8: if let task = tasks.randomElement(using: &random) { program.harness.submit(.stop(task)) }
        case 9: try await change(in: program)
        case 10: program.harness.submit(.refresh)
        case 11...12:
            if let task = tasks.randomElement(using: &random) {
                program.harness.submit(.load(PageRequest(task: task, place: .newest)))
            }
        case 13: program.harness.submit(.sync)
        case 14: if programs.count > 1 || pick(3) == 0 { try await kill(pick(programs.count)) }
        default: clock.advance(by: .milliseconds(Int.random(in: 1...12_000, using: &random)))
        }
        if pick(3) > 0 { for program in programs { await program.harness.settled() } }
    }

    private func create(in program: Program) async throws {
        let task = ChatTask.ID(rawValue: String(format: "%016x", tasks.count + 1))
        tasks.append(task)
        program.harness.submit(.create(task, account: Harness.account, agent: Harness.agent))
        await program.harness.settled()
    }

    private func say(in program: Program) async throws {
        guard let task = tasks.randomElement(using: &random) else { return }
        written += 1
        let text = "m\(written)"
        program.harness.submit(
            .send(task, text: text, mode: pick(2) == 0 ? .streamed : .background, keepsDraft: true))
        await program.harness.settled()
        // Until then the person sees it as not sent.
        if try await isKnown(text, in: program) { said.append((text, task)) }
    }

    private func isKnown(_ text: String, in program: Program) async throws -> Bool {
        for task in tasks
        where try await program.store.messages(of: task).contains(where: { $0.text == text }) {
            return true
        }
        for task in tasks where try await program.store.task(task)?.draft.text.contains(text) == true {
            return true
        }
        return false
    }

    /// Sends a message again, or takes it back.
    private func change(in program: Program) async throws {
        guard let task = tasks.randomElement(using: &random) else { return }
        for turn in try await program.store.turns(of: task) where turn.canBeRetried {
            guard pick(2) == 0, let message = try await program.store.message(turn.message) else { continue }
            if pick(4) == 0 {
                program.harness.submit(.takeBack(turn.id))
            } else {
                retries[message.text, default: 0] += 1
                program.harness.submit(.retry(turn.id))
            }
            await program.harness.settled()
        }
    }

    /// The service does what is left to do, and one program goes on until nothing is under way.
    func finish() async throws {
        while !programs.isEmpty { try await kill(0) }
        service.calm()
        try await open()
        let program = programs[0]
        for _ in 0..<200 {
            for task in tasks { program.harness.submit(.load(PageRequest(task: task, place: .newest))) }
            program.harness.submit(.sync)
            await program.harness.settled()
            clock.advance(by: .seconds(61))
            await program.harness.settled()
            if try await !isUnderWay(program) { return }
        }
        Issue.record("seed \(seed): something is under way for ever")
    }

    private func isUnderWay(_ program: Program) async throws -> Bool {
        for task in tasks {
            let turns = try await program.store.turns(of: task)
            for (index, turn) in turns.enumerated() where !turn.state.isOver {
                // What is on hold: the turn before it failed waits for the person.
                if turn.state == .queued, turns[..<index].contains(where: { $0.state != .done }) { continue }
                return true
            }
        }
        return false
    }

    func check() async throws {
        let store = programs[0].store
        // A history that has come after all may release what was queued: nothing begins any more while the two sides are compared.
        await programs[0].harness.shutdown(grace: .zero)
        let whole = service.state.withLock { $0 }
        let listed = try await store.tasks(includingArchived: true)
        let ids = listed.compactMap(\.serviceID)
        #expect(Set(ids).count == ids.count, "seed \(seed): a conversation is one task")

        for (text, task) in said {
            var places = 0
            for task in listed {
                places += try await store.messages(of: task.id).count { $0.role == .user && $0.text == text }
                places += task.draft.text.split(separator: "\n").count { $0 == text }
            }
            #expect(places >= 1, "seed \(seed): “\(text)” of \(task.rawValue) is lost")
            let posts = whole.posts[text] ?? 0
            #expect(posts <= 1 + (retries[text] ?? 0), "seed \(seed): “\(text)” was posted \(posts) times")
        }
        try await checkReplies(store, whole)
        withExtendedLifetime(folder) {}
    }

    private func checkReplies(_ store: SessionStore, _ whole: PlayedService.State) async throws {
        for task in try await store.tasks(includingArchived: true) {
            for turn in try await store.turns(of: task.id) {
                guard let text = try await store.message(turn.message)?.text else { continue }
                let replies = whole.jobs.filter { $0.text == text }.map(\.reply)
                let message = try await turn.reply.flatMapAsync { try await store.message($0) }
                let stored = message?.text
                let streams = message?.state == .streaming
                #expect(!(turn.state.isOver && streams), "seed \(seed): the reply to “\(text)” is not over")
                if turn.state == .done {
                    #expect(
                        replies.contains(stored ?? ""),
                        "seed \(seed): “\(text)” is done with \(stored ?? "nothing")")
                } else if let stored {
                    #expect(
                        replies.contains { $0.hasPrefix(stored) }, "seed \(seed): “\(text)” has \(stored)")
                    let shown = longestShown(turn.reply, startingLike: stored)
                    #expect(stored.utf8.count >= shown, "seed \(seed): “\(text)” has lost what was shown")
                }
            }
        }
    }

    /// How many bytes of this attempt's reply were shown.
    private func longestShown(_ message: Message.ID?, startingLike stored: String) -> Int {
        guard let end = stored.utf8.firstIndex(of: UInt8(ascii: "]")) else { return 0 }
        let header = stored.utf8[...end]
        var longest = 0
        for log in ended + programs.map(\.log) {
            var shown: [UInt8] = []
            for event in log.events {
                switch event {
                case .message(let new) where new.id == message: shown = Array(new.text.utf8)
                case .chunk(_, message, let offset, let text) where offset <= shown.count:
                    shown = shown[..<offset] + Array(text.utf8)
                default: continue
                }
                if shown.starts(with: header) { longest = max(longest, shown.count) }
            }
        }
        return longest
    }
}

extension Optional {
    fileprivate func flatMapAsync<Other>(_ body: (Wrapped) async throws -> Other?) async rethrows -> Other? {
        if let self { try await body(self) } else { nil }
    }
}
