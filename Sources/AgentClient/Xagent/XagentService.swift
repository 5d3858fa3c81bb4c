import AgentAPI
import Foundation
import SessionCore

/// The chat tasks API (Xagent) as the session manager sees it. A message always runs in the background there; where the service streams
/// what happens, a reply is that stream, and where it does not, it is asked in ever longer intervals.
struct XagentService: AgentService {
    let capabilities: Capabilities = [.streams, .background, .history, .tellsBusy]
    let connection: ServiceConnection
    private let events = OptionalEndpoint()

    init(_ account: ServiceAccount, transport: HTTPTransport) throws {
        connection = try ServiceConnection(
            account, scheme: .bearer, transport: transport, explaining: Xagent.explanation)
    }

    func reply(
        to request: TurnRequest, receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd {
        let ticket = try await begin(request)
        try await receive(.accepted(serviceID: ticket.id))
        try await receive(.ticket(ticket.id))
        if !events.isMissing, let end = try await stream(ticket, request, to: receive) { return end }
        return try await follow(ticket, to: receive)
    }

    func begin(_ request: TurnRequest) async throws -> Ticket {
        var conversation = request.conversation
        let accepted = try await post(request)
        conversation.serviceID = String(accepted.taskID)
        return Ticket(id: String(accepted.taskID), conversation: conversation)
    }

    func poll(_ ticket: Ticket) async throws -> PollAnswer {
        // The poller has a backoff of its own.
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
            return PollAnswer(.done, events: Self.completed(events, by: state.output))
        case .failed:
            return PollAnswer(.failed(Self.failure(state.error)), events: events)
        }
    }

    func isBusy(_ conversation: Conversation) async throws -> Bool {
        guard let id = conversation.serviceID else { return false }
        let state: Xagent.TaskState = try await connection.get(address(id), for: .poll, retrying: false)
        return switch state.phase {
        case .running: true
        // A task that is paused takes messages.
        case .paused, .waiting, .completed, .failed: false
        }
    }

    func history(_ conversation: Conversation, page: String?) async throws -> Page<RemoteMessage> {
        guard page == nil, let id = conversation.serviceID else { return Page([]) }
        let steps: Xagent.StepList = try await connection.get(address(id, "steps"), for: .history)
        return Page(XagentTranscript(steps).messages)
    }

    // MARK: Sending

    private func post(_ request: TurnRequest) async throws -> Xagent.Accepted {
        let agent = request.conversation.agent
        guard let number = Int(agent.id) else {
            throw ServiceError(
                .invalid,
                "Agents of chat tasks have a number for an id, and “\(agent.id)” is none. "
                    + "Check the agents of account “\(connection.account.name)” in the configuration.")
        }
        let body = Xagent.TaskRequest(agentID: number, message: Xagent.Message(content: request.text))
        let purpose = Operation.message(to: agent)
        guard let id = request.conversation.serviceID else {
            return try await connection.send(.POST, address(), body: body, for: purpose)
        }
        let appended = try await connection.attempt(
            .POST, address(id, "messages"), body: body, as: Xagent.Accepted.self, for: purpose)
        switch appended {
        case .success(let accepted):
            return accepted
        case .failure(let refusal)
        where refusal.body.code == Xagent.ErrorCode.interactionResponseRequired.rawValue:
            // Nothing was accepted: the agent waits for an answer, and this is it.
            return try await connection.send(.POST, address(id, "reply"), body: body, for: purpose)
        case .failure(let refusal):
            throw connection.error(refusal, purpose)
        }
    }

    private func address(_ segments: String...) -> String {
        connection.url.appending(["v1", "chat", "tasks"] + segments)
    }

    // MARK: Following a turn

    /// Hands on what the service streams; nil where the stream could not tell how the turn ended.
    private func stream(
        _ ticket: Ticket, _ request: TurnRequest, to receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd? {
        guard let answer = try await attach(ticket) else { return nil }
        var reader = EventReader(answer)
        var reply = XagentReply()
        while true {
            guard case .events(let arrived) = try await reader.next() else { return nil }
            for event in arrived.compactMap({ Xagent.Event($0) }) {
                for told in reply.take(event) { try await receive(told) }
            }
            switch reply.outcome {
            case .complete, .waiting:
                try await reconcile(ticket, request, receive)
                return reply.outcome == .complete ? .complete : .waiting
            case .failed(let words): throw Self.failure(words)
            case .unknown: return nil
            case nil: continue
            }
        }
    }

    /// What happened before the stream was there is not in it: the steps tell the rest.
    private func reconcile(
        _ ticket: Ticket, _ request: TurnRequest, _ receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws {
        for told in try await transcript(ticket.id)?.reply(to: request.text) ?? [] {
            switch told {
            case .step, .messageID: try await receive(told)
            default: continue
            }
        }
    }

    /// nil where there is no stream to be had, for whichever reason: then the turn can still be asked about.
    private func attach(_ ticket: Ticket) async throws -> HTTPAnswer? {
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

    /// Asks until the turn has ended.
    private func follow(
        _ ticket: Ticket, to receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd {
        var pace = PollPace()
        while true {
            do {
                let answer = try await poll(ticket)
                for event in answer.events { try await receive(event) }
                switch answer.state {
                case .running: try await connection.transport.pause(pace.next())
                case .done: return .complete
                case .waiting: return .waiting
                case .failed(let error): throw Failed(error: error)
                }
            } catch let failed as Failed {
                throw failed.error
            } catch let error as ServiceError {
                guard let pause = pace.next(after: error, now: connection.transport.now()) else {
                    throw error
                }
                try await connection.transport.pause(pause)
            }
        }
    }

    /// A turn that failed, as opposed to a question about it that did.
    private struct Failed: Error {
        var error: ServiceError
    }

    /// nil where the steps cannot be had: the task's state is what counts. It is told once that a turn has ended, so they are worth
    /// another attempt.
    private func transcript(_ id: String) async throws -> XagentTranscript? {
        do {
            let steps: Xagent.StepList = try await connection.get(address(id, "steps"), for: .poll)
            return XagentTranscript(steps)
        } catch is ServiceError {
            return nil
        }
    }

    private static func completed(_ events: [ReplyEvent], by output: String?) -> [ReplyEvent] {
        guard let output else { return events }
        let isTold = events.contains { event in
            if case .wholeText(let text) = event { text.hasSuffix(output) } else { false }
        }
        return isTold ? events : events + [.wholeText(output)]
    }

    private static func failure(_ words: String?) -> ServiceError {
        ServiceError(.service, "The agent could not finish the turn. Send it again.", detail: words)
    }
}
