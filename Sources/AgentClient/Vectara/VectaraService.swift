import AgentAPI
import Foundation
import SessionCore
import Wire

/// Vectara's v2 agents as an ``AgentService``: a task is a session of an agent, a reply the events that a POST to the session streams.
struct VectaraService: AgentService {
    let capabilities: Capabilities = [
        .streams, .listsTasks, .history, .interrupts, .forks, .renames, .deletes, .listsAgents,
    ]
    let connection: ServiceConnection

    /// The service's maximum.
    private static let pageSize = ("limit", "100")

    init(_ account: ServiceAccount, transport: HTTPTransport) throws {
        var connection = try ServiceConnection(
            account, scheme: .headerOrToken(Vectara.keyHeader), transport: transport,
            mapper: Vectara.description)
        connection.url.removeBeginning(of: ["v2", "agents"])
        self.connection = connection
    }

    func chosenID(for conversation: Conversation) -> String? { Self.key(of: conversation.task) }

    // MARK: Replies

    func reply(
        to request: TurnRequest, receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd {
        let conversation = request.conversation
        let session: String
        if let known = conversation.serviceID {
            session = known
        } else {
            session = try await create(for: request)
            try await receive(.accepted(serviceID: session))
        }
        let answer = try await connection.open(
            address(conversation.agent, session, "events"),
            body: Vectara.EventRequest(text: request.text, streamsResponse: true),
            accepting: "text/event-stream, application/json", for: .message(to: conversation.agent))
        try await receive(.accepted(serviceID: session))
        var body = answer.reader()
        switch try await body.form() {
        case .events, nil: return try await streamed(body, to: receive)
        case .json, .page, .text: return try await whole(&body, to: receive)
        }
    }

    private func streamed(
        _ body: BodyReader, to receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd {
        var reader = EventReader(body)
        var reply = VectaraReply()
        while true {
            switch try await reader.next() {
            case .events(let events):
                for event in events.filter({ $0.data != "[DONE]" }).map({ Vectara.Event($0) }) {
                    for event in reply.apply(event) { try await receive(event) }
                }
                if let end = try Self.end(reply) { return end }
            case .broken(.silent):
                throw connection.error(.silent)
            case .broken(let failure) where failure.isOfBody:
                throw connection.error(failure)
            case .end, .broken:
                return .truncated
            }
        }
    }

    /// A service that was asked to stream may still answer with one document.
    private func whole(
        _ reader: inout BodyReader, to receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd {
        var reply = VectaraReply()
        let body: Data
        let page: Vectara.EventPage
        do {
            body = try await reader.collect(limit: connection.transport.limits.document)
        } catch let failure as TransportFailure {
            throw connection.error(failure)
        }
        do {
            page = try WireJSON.decode(from: body)
        } catch {
            throw connection.unexpected(
                body, error as? DecodingError, .reply, key: try await connection.credentials().key)
        }
        for event in page.events {
            for event in reply.apply(event) { try await receive(event) }
        }
        return try Self.end(reply) ?? .complete
    }

    private static func end(_ reply: VectaraReply) throws -> ReplyEnd? {
        switch reply.outcome {
        case .complete: return .complete
        case .interrupted: return .truncated
        case .failed(let words):
            throw ServiceError(.service, "The agent could not finish its reply.", detail: words)
        case nil: return nil
        }
    }

    func interrupt(_ conversation: Conversation) async throws {
        guard let session = conversation.serviceID else { return }
        let body = try WireJSON.encode(Vectara.EventRequest.interrupt)
        try await connection.perform(
            .POST, address(conversation.agent, session, "events"), body: body, for: .change("stop the turn"))
    }

    // MARK: Agents and sessions

    func agents() async throws -> [Agent] {
        var agents: [Agent] = []
        var key: String?
        repeat {
            let url = connection.url.appending(["v2", "agents"], query: Self.query(key))
            let page: Vectara.AgentPage = try await connection.get(url, for: .agents)
            agents += page.agents.filter(\.isEnabled).map { Agent(id: $0.key, name: $0.name) }
            key = page.metadata.pageKey == key ? nil : page.metadata.pageKey
        } while key != nil
        return agents
    }

    func tasks(page: String?) async throws -> Page<RemoteTask> {
        let agents = connection.account.agents.isEmpty ? try await agents() : connection.account.agents
        let cursor = SessionCursor(page)
        guard agents.indices.contains(cursor.agent) else { return Page([]) }
        let agent = agents[cursor.agent]
        let url = connection.url.appending(
            ["v2", "agents", agent.id, "sessions"], query: Self.query(cursor.pageKey))
        let found: Vectara.SessionPage = try await connection.get(
            url, for: .tasks(of: "the agent “\(agent.id)”"))
        let tasks = found.sessions.map {
            RemoteTask(serviceID: $0.key, agent: agent, title: $0.name, updatedAt: $0.createdAt?.date)
        }
        return Page(tasks, next: cursor.next(found.metadata.pageKey, of: agents.count)?.text)
    }

    func rename(_ conversation: Conversation, to title: String) async throws {
        guard let session = conversation.serviceID else { return }
        let body = try WireJSON.encode(Vectara.SessionChange(name: title))
        try await connection.perform(
            .PATCH, address(conversation.agent, session), body: body, for: .change("rename the conversation"))
    }

    func delete(_ conversation: Conversation) async throws {
        guard let session = conversation.serviceID else { return }
        try await connection.perform(
            .DELETE, address(conversation.agent, session), for: .change("delete the conversation"))
    }

    func fork(_ conversation: Conversation, upTo point: ForkPoint?) async throws -> String {
        guard let session = conversation.serviceID else {
            throw ServiceError(
                .invalid, "This conversation has no messages yet, so there is nothing to fork.")
        }
        if let point, point.serviceID == nil { throw ServiceError.unknownForkPoint }
        let source = Vectara.Source(
            agentKey: conversation.agent.id, sessionKey: session, includeUpTo: point?.serviceID)
        let body = Vectara.SessionRequest(
            name: Self.name(conversation.title), metadata: Self.metadata, source: source)
        let forked: Vectara.Session = try await connection.send(
            .POST, connection.url.appending(["v2", "agents", conversation.agent.id, "sessions"]), body: body,
            for: .change("fork the conversation"))
        return forked.key
    }

    /// Creates a session for a new conversation. Its key is derived from the task, so that a second attempt after a lost answer finds the
    /// session of the first.
    private func create(for request: TurnRequest) async throws -> String {
        let agent = request.conversation.agent
        let key = Self.key(of: request.conversation.task)
        let body = Vectara.SessionRequest(
            key: key, name: Self.name(request.title),
            description: "A conversation in Parley", metadata: Self.metadata, isEnabled: true)
        let operation = Operation.create(with: agent)
        let created = try await connection.attempt(
            .POST, connection.url.appending(["v2", "agents", agent.id, "sessions"]), body: body,
            as: Vectara.Session.self, for: operation)
        switch created {
        case .success(let session): return session.key
        case .failure(let response) where response.status == 409: return key
        // Another answer to a key that is taken.
        case .failure(let response) where response.status == 400 && response.body.text.contains("key"):
            let (_, missing) = try await connection.getOnce(address(agent, key))
            guard missing == nil else { throw connection.error(response, operation) }
            return key
        case .failure(let response): throw connection.error(response, operation)
        }
    }

    private static func key(of task: ChatTask.ID) -> String { "parley-\(task.rawValue)" }

    private static let metadata: JSONValue = ["client": "parley"]

    /// The service requires a name.
    private static func name(_ title: String) -> String {
        title.isEmpty ? "Conversation" : String(title.prefix(80))
    }

    private func address(_ agent: Agent, _ session: String, _ rest: String...) -> String {
        connection.url.appending(["v2", "agents", agent.id, "sessions", session] + rest)
    }

    private static func query(_ key: String?) -> [(name: String, value: String)] {
        [pageSize] + (key.map { [("page_key", $0)] } ?? [])
    }

    // MARK: History

    /// The service's pages begin with the oldest events, ours with the newest: the first call walks to the last page and the cursor keeps
    /// the way back.
    func history(_ conversation: Conversation, page: String?) async throws -> Page<RemoteMessage> {
        guard let session = conversation.serviceID else { return Page([]) }
        let url: (String?) -> String = { [connection] key in
            connection.url.appending(
                ["v2", "agents", conversation.agent.id, "sessions", session, "events"], query: Self.query(key)
            )
        }
        if let trail = page.map(PageTrail.init(text:)) {
            guard let key = trail.last else { return Page([]) }
            let events: Vectara.EventPage = try await connection.get(url(key.pageKey), for: .history)
            return Page(VectaraTranscript(events.events).messages, next: trail.shortened?.text)
        }
        var trail = PageTrail()
        var events: [Vectara.Event] = []
        while let key = trail.last {
            let page: Vectara.EventPage = try await connection.get(url(key.pageKey), for: .history)
            events = page.events
            guard let next = page.metadata?.pageKey, trail.append(next) else { break }
        }
        return Page(VectaraTranscript(events).messages, next: trail.shortened?.text)
    }
}
