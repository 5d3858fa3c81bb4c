import AgentClient
import AgentServer
import Foundation
import SessionCore
import TestSupport
import Testing

/// Every service against the local server, over real HTTP: both sides of each wire contract.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct DialectTests {
    private static let all = ServedDialect.allCases

    private func run(
        _ dialect: ServedDialect,
        _ use: (PlayedServer, DialectClient) async throws -> Void
    ) async throws {
        try await PlayedServer.run { server in
            try await DialectClient.run(try dialect.service(server), agent: dialect.agent(server)) { client in
                try await use(server, client)
            }
        }
    }

    // MARK: Conversations

    @Test("A conversation continues", arguments: all)
    func conversation(dialect: ServedDialect) async throws {
        try await run(dialect) { server, client in
            let task = client.create()
            #expect(try await client.send("hello", to: task).state == .done)
            #expect(try await client.send("again", to: task).state == .done)
            let messages = try await client.messages(task)
            let welcome = dialect == .aui ? ["Welcome!"] : []
            #expect(
                messages.map(\.text) == welcome + [
                    "hello", "0: hello – café 😀", "again", "2: again – café 😀",
                ])
            #expect(messages.allSatisfy { $0.state == .complete })
            #expect(try await client.task(task).serviceID != nil)
            #expect(try await client.task(task).state == .idle)
        }
    }

    @Test func anAUIConversationBeginsWithItsWelcomeAndSuggestions() async throws {
        try await run(.aui) { _, client in
            let task = client.create()
            let welcome = try await client.wait { event in
                if case .message(let message) = event, message.role == .agent { message } else { nil }
            }
            #expect(welcome.text == "Welcome!")
            #expect(welcome.extras.suggestions == ["hello", "steps"])
            #expect(try await client.send(welcome.extras.suggestions[0], to: task).state == .done)
        }
    }

    @Test("A turn in the background is polled to its end", arguments: all.filter(\.runsInBackground))
    func background(dialect: ServedDialect) async throws {
        try await run(dialect) { _, client in
            let task = client.create()
            for message in ["hello", "again"] {
                let turn = try await client.send(message, to: task, mode: .background)
                #expect(turn.state == .done)
            }
            #expect(
                try await client.messages(task).map(\.text) == [
                    "hello", "0: hello – café 😀", "again", "2: again – café 😀",
                ])
        }
    }

    @Test("What services can do is what their tests expect", arguments: all)
    func capabilities(dialect: ServedDialect) async throws {
        try await PlayedServer.run { server in
            let capabilities = try dialect.service(server).capabilities
            #expect(capabilities.contains(.background) == dialect.runsInBackground)
        }
    }

    @Test("Thinking and tools are no part of the text of a reply", arguments: all)
    func textWithoutSteps(dialect: ServedDialect) async throws {
        try await run(dialect) { _, client in
            let task = client.create()
            let turn = try await client.send("steps", to: task)
            #expect(turn.state == .done)
            #expect(try await client.messages(task).last?.text == "It is a conversation.")
        }
    }

    @Test("Thinking and tools are steps", arguments: all.filter(\.reportsSteps))
    func steps(dialect: ServedDialect) async throws {
        try await run(dialect) { _, client in
            let task = client.create()
            #expect(try await client.send("steps", to: task).state == .done)
            let reply = try #require(try await client.messages(task).last)
            let tool = try #require(reply.extras.steps.first { $0.kind == .tool })
            #expect(tool.title == "look_up")
            #expect(tool.state == .completed)
            #expect(tool.detail.contains("parley"))
            #expect(tool.detail.contains("a conversation"))
            #expect(reply.extras.steps.contains { $0.kind == .thinking })
        }
    }

    // MARK: Another client

    @Test("A second client with an empty store finds the tasks with all that was said", arguments: all)
    func secondClient(dialect: ServedDialect) async throws {
        try await run(dialect) { server, first in
            let task = first.create()
            try await first.send("hello", to: task)
            try await first.send("again", to: task)
            let serviceID = try #require(try await first.task(task).serviceID)
            let said = ["hello", "0: hello – café 😀", "again", "2: again – café 😀"]
            let service = try dialect.service(server)
            guard service.capabilities.contains(.listsTasks) else {
                let known = Conversation(
                    task: .random(), agent: dialect.agent(server), serviceID: serviceID, title: "")
                #expect(try await service.history(known, page: nil).elements.map(\.text) == said)
                return
            }
            try await DialectClient.run(service, agent: dialect.agent(server)) { second in
                second.manager.submit(.refresh)
                let found = try await second.wait { event in
                    if case .task(let task) = event, task.serviceID == serviceID { task } else { nil }
                }
                #expect(found.agent == dialect.agent(server))
                second.manager.submit(.load(PageRequest(task: found.id, place: .newest)))
                let page = try await second.wait { event in
                    if case .page(let page) = event, !page.messages.isEmpty { page } else { nil }
                }
                let welcome = dialect == .aui ? ["Welcome!"] : []
                #expect(page.messages.map(\.text) == welcome + said)
                #expect(page.messages.suffix(4).map(\.role) == [.user, .agent, .user, .agent])
                // It continues there.
                #expect(try await second.send("from afar", to: found.id).state == .done)
                #expect(try await second.messages(found.id).last?.text == "4: from afar – café 😀")
            }
        }
    }

    @Test("A listing of several pages holds every task once", arguments: [ServedDialect.aui, .vectara])
    func pages(dialect: ServedDialect) async throws {
        try await run(dialect) { server, client in
            let service = try dialect.service(server)
            let task = client.create()
            try await client.send("hello", to: task)
            let known = Conversation(
                task: task, agent: client.agent, serviceID: try await client.task(task).serviceID, title: "t")
            var expected: Set = [try #require(known.serviceID)]
            for _ in 0..<(dialect == .aui ? 110 : 210) {
                if dialect == .aui {
                    let events = try await service.open(known)
                    guard case .accepted(let id)? = events.first else {
                        Issue.record("A conversation was not accepted: \(events)")
                        continue
                    }
                    expected.insert(id)
                } else {
                    expected.insert(try await service.fork(known, upTo: nil))
                }
            }
            var (listed, pages, page): ([String], Int, String?) = ([], 0, nil)
            repeat {
                let found = try await service.tasks(page: page)
                listed += found.elements.map(\.serviceID)
                pages += 1
                page = found.next
            } while page != nil
            #expect(pages == 3)
            #expect(listed.count == expected.count)
            #expect(Set(listed) == expected)
        }
    }

    // MARK: Stopping and failing

    @Test("Stop keeps what had arrived and reaches the service", arguments: all)
    func stop(dialect: ServedDialect) async throws {
        try await run(dialect) { server, client in
            let task = client.create()
            client.manager.submit(.send(task, text: "wait", mode: .streamed))
            try await client.wait { event in
                switch event {
                case .chunk(let owner, _, _, let text): owner == task && text.contains("one") ? () : nil
                case .message(let message): message.text.hasPrefix("one") ? () : nil
                default: nil
                }
            }
            client.manager.submit(.stop(task))
            #expect(try await client.end(of: task).state == .stopped)
            #expect(try await client.messages(task).last?.text.hasPrefix("one moment") == true)
            #expect(try await client.messages(task).last?.state == .partial)
            // Xagent cannot stop a turn: it continues there, and the next message waits for it.
            if dialect == .xagent {
                server.played.release.fire()
            } else {
                await server.played.stopped.wait()
            }
            client.manager.submit(.send(task, text: "hello", mode: .streamed))
            #expect(try await client.end(of: task).state == .done)
            #expect(try await client.messages(task).last?.text.contains("hello – café 😀") == true)
        }
    }

    @Test("The failure of an agent is reported in its words", arguments: all)
    func failure(dialect: ServedDialect) async throws {
        try await run(dialect) { _, client in
            let task = client.create()
            let turn = try await client.send("fail", to: task)
            #expect(turn.state == .failed)
            #expect(turn.failure?.kind == .service)
            #expect(turn.failure?.detail?.contains("The model is out of memory.") == true)
            #expect(try await client.messages(task).last { $0.role == .user }?.text == "fail")
        }
    }

    @Test("A wrong key is reported with its source, and the message is kept", arguments: all)
    func wrongKey(dialect: ServedDialect) async throws {
        try await PlayedServer.run { server in
            let service = try dialect.service(server, key: "xag_abcdef_00000000000000000000000000000000")
            try await DialectClient.run(service, agent: dialect.agent(server)) { client in
                let task = client.create()
                let turn = try await client.send("hello", to: task)
                #expect(turn.state == .failed)
                #expect(turn.failure?.kind == .unauthorized)
                #expect(turn.failure?.message.contains("account “mine”. It comes from the test") == true)
                #expect(try await client.messages(task).map(\.text) == ["hello"])
            }
        }
    }

    @Test("An unknown agent is reported with what to check", arguments: all.filter(\.knowsAgents))
    func unknownAgent(dialect: ServedDialect) async throws {
        try await PlayedServer.run { server in
            let unknown = Agent(
                id: dialect == .xagent ? "4711" : "0123456789abcdef01234567", name: "Unknown")
            try await DialectClient.run(try dialect.service(server, agents: [unknown]), agent: unknown) {
                client in
                let turn = try await client.send("hello", to: client.create())
                #expect(turn.state == .failed)
                #expect(turn.failure?.kind == .notFound)
                #expect(turn.failure?.message.contains("Check the agent") == true)
            }
        }
    }

    @Test("Diagnostics find nothing wrong", arguments: all)
    func diagnostics(dialect: ServedDialect) async throws {
        try await PlayedServer.run { server in
            let service = try #require(try dialect.service(server) as? any Diagnosable)
            let findings = try await service.diagnose()
            #expect(findings.count == 5)
            #expect(findings.allSatisfy { $0.verdict != .wrong }, "\(findings.map(\.text))")
        }
    }

    // MARK: Sessions

    @Test("Rename, fork and delete reach the service")
    func renameForkAndDelete() async throws {
        try await run(.vectara) { server, client in
            let service = try ServedDialect.vectara.service(server)
            let task = client.create()
            try await client.send("hello", to: task)
            try await client.send("again", to: task)
            client.manager.submit(.rename(task, title: "A better name"))
            let serviceID = try #require(try await client.task(task).serviceID)
            let known = Conversation(
                task: task, agent: client.agent, serviceID: serviceID, title: "A better name")

            let reply = try #require(try await client.messages(task).first { $0.role == .agent }?.serviceID)
            let fork = try await service.fork(known, upTo: ForkPoint(serviceID: reply, words: []))
            let forked = Conversation(task: .random(), agent: client.agent, serviceID: fork, title: "")
            #expect(
                try await service.history(forked, page: nil).elements.map(\.text) == [
                    "hello", "0: hello – café 😀",
                ])

            await client.manager.settled()
            await client.manager.shutdown()
            #expect(
                try await service.tasks(page: nil).elements.first { $0.serviceID == serviceID }?.title
                    == "A better name")
            try await service.delete(known)
            #expect(try await service.tasks(page: nil).elements.map(\.serviceID) == [fork])
            let error = await #expect(throws: ServiceError.self) {
                try await service.history(known, page: nil)
            }
            #expect(error?.kind == .notFound)
        }
    }
}
