import AgentAPI
import Foundation
import SessionCore
import Wire

/// The chat tasks API (Xagent) as an ``AgentService``. A message always runs in the background there. A reply is the event stream of the
/// task; when the service has none, or it ends without the turn's end, the reply ends as truncated and the core polls its ticket.
struct XagentService: AgentService {
    let capabilities: Capabilities
    let connection: ServiceConnection
    private let events = OptionalEndpoint()

    init(_ account: ServiceAccount, transport: HTTPTransport) throws {
        var connection = try ServiceConnection(
            account, scheme: .bearer, transport: transport, mapper: Xagent.description)
        connection.url.removeBeginning(of: ["v1", "chat", "tasks"])
        self.connection = connection
        capabilities = account.capabilities([.streams, .background, .history, .reportsBusy])
    }

    /// The API forks no tasks.
    func fork(_ conversation: Conversation, upTo point: ForkPoint?) async throws -> String {
        try await connection.account.fork(conversation, upTo: point)
    }

    func reply(
        to request: TurnRequest, receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd {
        let ticket = try await begin(request)
        try await receive(.accepted(serviceID: ticket.id))
        try await receive(.ticket(ticket.id))
        return try await stream(ticket, request, to: receive)
    }

    func begin(_ request: TurnRequest) async throws -> Ticket {
        var conversation = request.conversation
        let accepted = try await post(request)
        conversation.serviceID = String(accepted.taskID)
        return Ticket(id: String(accepted.taskID), conversation: conversation)
    }

    func poll(_ ticket: Ticket) async throws -> PollAnswer {
        // The core's poller has the backoff.
        let state: Xagent.TaskState = try await connection.get(
            address(ticket.id), for: .poll, retrying: false)
        var events = try await transcript(ticket.id)?.reply(to: state.input) ?? []
        switch state.phase {
        case .running, .paused:
            return PollAnswer(.running, events: events)
        case .waiting:
            if let question = state.question?.text, !question.isEmpty { events.append(.question(question)) }
            return PollAnswer(.waiting, events: events)
        case .completed:
            return PollAnswer(.done, events: Self.adding(state.output, to: events))
        case .failed:
            return PollAnswer(.failed(Self.failure(state.error)), events: events)
        }
    }

    func isBusy(_ conversation: Conversation) async throws -> Bool {
        guard let id = conversation.serviceID else { return false }
        let state: Xagent.TaskState = try await connection.get(address(id), for: .poll, retrying: false)
        return switch state.phase {
        case .running: true
        // A paused task accepts messages.
        case .paused, .waiting, .completed, .failed: false
        }
    }

    func history(_ conversation: Conversation, page: String?) async throws -> Page<RemoteMessage> {
        guard page == nil, let id = conversation.serviceID else { return Page([]) }
        let steps: Xagent.StepList = try await connection.get(address(id, "steps"), for: .history)
        return Page(XagentTranscript(steps).messages)
    }

    /// The agent that the key belongs to, where the service says so; otherwise none.
    func agents() async throws -> [Agent] {
        let me: JSONValue = try await connection.get(
            connection.url.appending(["v1", "me"]), for: .change("ask for the agent of the key"))
        guard let id = me["agent_id"]?.readable, !id.isEmpty else { return [] }
        return [Agent(id: id, name: me["agent_name"]?.string ?? id)]
    }

    // MARK: Sending

    private func post(_ request: TurnRequest) async throws -> Xagent.Accepted {
        let agent = request.conversation.agent
        guard let number = Int(agent.id) else {
            throw ServiceError(
                .invalid,
                "Agents of chat tasks have a number as their id, and “\(agent.id)” is not one. "
                    + "Check the agents of account “\(connection.account.name)” in the configuration.")
        }
        let body = Xagent.TaskRequest(agentID: number, message: Xagent.Message(content: request.text))
        let operation = Operation.message(to: agent)
        guard let id = request.conversation.serviceID else {
            return try await connection.send(.POST, address(), body: body, for: operation)
        }
        let appended = try await connection.attempt(
            .POST, address(id, "messages"), body: body, as: Xagent.Accepted.self, for: operation)
        switch appended {
        case .success(let accepted):
            return accepted
        case .failure(let response)
        where response.body.code == Xagent.ErrorCode.interactionResponseRequired.rawValue:
            // Nothing was accepted: the agent waits for an answer, and this is it.
            return try await connection.send(.POST, address(id, "reply"), body: body, for: operation)
        case .failure(let response):
            throw connection.error(response, operation)
        }
    }

    private func address(_ segments: String...) -> String {
        connection.url.appending(["v1", "chat", "tasks"] + segments)
    }

    // MARK: Streaming

    private func stream(
        _ ticket: Ticket, _ request: TurnRequest, to receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd {
        guard let answer = try await attach(ticket) else { return .truncated }
        var reader = EventReader(answer.reader())
        var reply = XagentReply()
        while true {
            guard case .events(let arrived) = try await reader.next() else { return .truncated }
            for event in arrived.filter({ $0.data != "[DONE]" }).map({ Xagent.Event($0) }) {
                for event in reply.apply(event) { try await receive(event) }
            }
            switch reply.outcome {
            case .complete, .waiting:
                try await reconcile(ticket, request, receive)
                return reply.outcome == .complete ? .complete : .waiting
            case .failed(let text):
                for event in try await transcript(ticket.id)?.reply(to: request.text) ?? [] {
                    try await receive(event)
                }
                throw Self.failure(text)
            case .unknown: return .truncated
            case nil: continue
            }
        }
    }

    /// The stream lacks what happened before it was attached; the steps have it.
    private func reconcile(
        _ ticket: Ticket, _ request: TurnRequest, _ receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws {
        for event in try await transcript(ticket.id)?.reply(to: request.text) ?? [] {
            switch event {
            case .step, .messageID: try await receive(event)
            default: continue
            }
        }
    }

    /// Opens the task's event stream.
    /// - Returns: nil if it cannot be opened for any reason: the turn is accepted and can be polled.
    private func attach(_ ticket: Ticket) async throws -> HTTPAnswer? {
        if events.isMissing { return nil }
        let type = "text/event-stream"
        do {
            let answer = try await connection.open(address(ticket.id, "events"), accepting: type, for: .poll)
            if answer.contentType?.lowercased().hasPrefix(type) == true { return answer }
            events.markMissing()
        } catch let error as ServiceError {
            if let status = error.status, [404, 405, 501].contains(status) { events.markMissing() }
        }
        return nil
    }

    /// The steps of the task so far.
    /// - Returns: nil if they cannot be read: the task's state is what counts. A turn's end is reported only once, so the request is
    ///   worth retrying.
    private func transcript(_ id: String) async throws -> XagentTranscript? {
        do {
            let steps: Xagent.StepList = try await connection.get(address(id, "steps"), for: .poll)
            return XagentTranscript(steps)
        } catch is ServiceError {
            return nil
        }
    }

    /// Adds a task's output unless the text of the steps ends with it.
    private static func adding(_ output: String?, to events: [ReplyEvent]) -> [ReplyEvent] {
        guard let output else { return events }
        let isIncluded = events.contains { event in
            if case .wholeText(let text) = event { text.hasSuffix(output) } else { false }
        }
        return isIncluded ? events : events + [.wholeText(output)]
    }

    private static func failure(_ text: String?) -> ServiceError {
        ServiceError(.service, "The agent could not finish the turn. Send it again.", detail: text)
    }
}
