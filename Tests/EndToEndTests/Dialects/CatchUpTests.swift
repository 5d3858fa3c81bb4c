import AgentClient
import SessionCore
import TestSupport
import Testing

/// A conversation that continues in another client.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct CatchUpTests {
    @Test("Messages sent elsewhere appear when the task is opened", arguments: ServedDialect.allCases)
    func catchesUp(dialect: ServedDialect) async throws {
        try await PlayedServer.run { server in
            let service = try dialect.service(server)
            try await DialectClient.run(service, agent: dialect.agent(server)) { client in
                let task = client.create()
                #expect(try await client.send("hello", to: task).state == .done)
                let here = try await client.messages(task).map(\.text)
                let known = Conversation(
                    task: task, agent: dialect.agent(server),
                    serviceID: try await client.task(task).serviceID, title: "")
                _ = try await service.reply(to: TurnRequest(conversation: known, text: "from afar")) { _ in }

                client.manager.submit(.load(PageRequest(task: task, place: .newest)))
                let answer = try await client.wait { event in
                    if case .message(let message) = event, message.text.contains("from afar –") {
                        message.text
                    } else {
                        nil
                    }
                }
                #expect(try await client.messages(task).map(\.text) == here + ["from afar", answer])
                let last = try await client.send("again", to: task)
                #expect(last.state == .done, "\(last)")
            }
        }
    }
}
