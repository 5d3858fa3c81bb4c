import AgentAPI
import Agents
import Hummingbird

/// The one POST for all input to a session: a message, an interruption, a compaction.
struct VectaraInputRoutes {
    let backend: Backend

    private var requests: VectaraRequests { VectaraRequests(backend: backend) }

    func add(to routes: RouterGroup<ServerContext>, under base: RouterPath) {
        routes.group(base).post("sessions/:session/events", use: post)
    }

    @Sendable private func post(_ request: Request, context: ServerContext) async throws -> Response {
        let (agent, conversation) = try await requests.session(context)
        guard conversation.isEnabled else { throw APIError(.forbidden, "The session is disabled") }
        var fields = try await request.bodyFields(limit: backend.limits.bodySize)
        let type = fields.string("type") ?? "input_message"
        switch type {
        case "input_message":
            let input = VectaraInput(&fields)
            try fields.check()
            return try await answer(input, by: agent, in: conversation, context: context)
        case "interrupt":
            return try await interrupt(conversation, isStreamed: isStreamed(&fields))
        case "compact":
            return try await compact(conversation, &fields, context)
        case "tool_output":
            fields.add(.malformed, "type", "no tool of a client is waiting for its output")
        default:
            fields.add(.malformed, "type", "must be input_message, interrupt or compact")
        }
        try fields.check()
        throw APIError(.internal)
    }

    // MARK: A message

    private func answer(
        _ input: VectaraInput, by agent: StoredAgent, in conversation: StoredConversation,
        context: ServerContext
    ) async throws -> Response {
        guard agent.isEnabled else { throw APIError(.notFound(.agent)) }
        let since = try await entry(since: input.since, in: conversation)
        let turn = NewTurn(
            conversation: conversation.id, agent: agent.id, input: input.text, mode: .attended,
            whenBusy: since == nil ? .refuse : .wait, keepsInputOfFailure: input.isStreamed)
        let reply = try await backend.attend(turn, for: context)
        return input.isStreamed
            ? stream(reply, in: conversation, since: since)
            : try await whole(reply, in: conversation, since: since)
    }

    /// The entry after which the client wants all events; nil if it only wants those of its own turn.
    private func entry(
        since event: String?, in conversation: StoredConversation
    ) async throws -> Int64? {
        guard let event else { return nil }
        return event == "start" ? 0 : try await requests.entry(event: event, in: conversation).id
    }

    private func whole(
        _ reply: ReplyStream, in conversation: StoredConversation, since: Int64?
    ) async throws -> Response {
        var wasStopped = false
        do {
            _ = try await reply.end()
        } catch is CancellationError {
            wasStopped = true
        }
        let entries =
            if let since {
                try await backend.store.entries(in: conversation.id, after: since, includesHidden: false)
            } else {
                try await backend.store.entries(ofTurn: reply.turn.id)
            }
        var events = entries.flatMap { Vectara.Event.events(of: $0, in: conversation.key) }
        if wasStopped { events.append(interruption(of: conversation)) }
        return try .json(Vectara.EventPage(events: events, sessionKey: conversation.key), status: .created)
    }

    /// An answer that fails ends with an event, since the status has been sent by then.
    private func stream(
        _ reply: ReplyStream, in conversation: StoredConversation, since: Int64?
    ) -> Response {
        let interruption = interruption(of: conversation)
        let turn = reply.turn.id
        return eventStream(of: conversation) { writer in
            if let since { try await writer.writeHistory(since: since, without: turn) }
            do {
                while let event = try await reply.next() { try await writer.write(event, of: turn) }
            } catch is CancellationError {
                try await writer.write(interruption)
            } catch let failure as AgentFailure {
                try await writer.write(failure)
            }
        }
    }

    // MARK: Other input

    /// The vendor's package asks for a stream of these, too.
    private func isStreamed(_ fields: inout BodyFields) throws -> Bool {
        let isStreamed = fields.bool("stream_response") ?? false
        try fields.check()
        return isStreamed
    }

    private func interrupt(
        _ conversation: StoredConversation, isStreamed: Bool
    ) async throws -> Response {
        let wasRunning = try await backend.runner.interrupt(conversation: conversation.id)
        let events = wasRunning ? [interruption(of: conversation)] : []
        return try response(events, of: conversation, isStreamed: isStreamed)
    }

    private func compact(
        _ conversation: StoredConversation, _ fields: inout BodyFields, _ context: ServerContext
    ) async throws -> Response {
        let event = fields.string("compact_up_to_event_id")
        let prompt = fields.string("compaction_message", within: 1...10_000)
        let isStreamed = try isStreamed(&fields)
        guard try await !backend.store.isBusy(conversation.id) else { throw APIError(.busy) }
        let last =
            if let event {
                try await requests.entry(event: event, in: conversation).id
            } else {
                try await backend.store.entries(in: conversation.id).last?.id ?? 0
            }
        let summary = try await backend.summary(
            of: conversation, upTo: last, prompt: prompt, isExclusive: true, for: context)
        guard let summary else {
            throw APIError.invalid(["body"], .malformed, VectaraRequests.nothingToCompact)
        }
        let entry = try await backend.store.add(
            NewEntry(
                conversation: conversation.id, agent: conversation.agentId, kind: .compaction,
                text: summary.text,
                data: [
                    "up_to": .integer(last), "turns": .integer(Int64(summary.turns)),
                    "events": .integer(Int64(summary.entries)),
                ]))
        let events = Vectara.Event.events(of: entry, in: conversation.key)
        return try response(events, of: conversation, isStreamed: isStreamed)
    }

    private func response(
        _ events: [Vectara.Event], of conversation: StoredConversation, isStreamed: Bool
    ) throws -> Response {
        guard isStreamed else {
            return try .json(
                Vectara.EventPage(events: events, sessionKey: conversation.key), status: .created)
        }
        return eventStream(of: conversation) { writer in
            for event in events { try await writer.write(event) }
        }
    }

    private func eventStream(
        of conversation: StoredConversation,
        _ write: @escaping @Sendable (inout VectaraEventWriter) async throws -> Void
    ) -> Response {
        let body = ResponseBody { [store = backend.store] writer in
            var events = VectaraEventWriter(writer: writer, store: store, conversation: conversation)
            try await write(&events)
            try await events.end()
            try await writer.finish(nil)
        }
        return Response(status: .created, headers: .eventStream, body: body)
    }

    /// Sent, but not stored.
    private func interruption(of conversation: StoredConversation) -> Vectara.Event {
        let now = backend.store.now()
        return Vectara.Event(
            "session_interrupted", id: "aev_" + Identifier.hex(now: now), sessionKey: conversation.key,
            createdAt: Timestamp(now, .utc(digits: 3)))
    }
}
