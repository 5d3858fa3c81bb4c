import AgentAPI
import Agents
import Hummingbird

/// The one POST through which everything is said to a session: a message, an interruption, the wish to sum up.
struct VectaraInputRoutes {
    let backend: Backend

    func add(to routes: RouterGroup<ServerContext>, under base: RouterPath) {
        routes.group(base).post("sessions/:session/events", use: post)
    }

    @Sendable private func post(_ request: Request, context: ServerContext) async throws -> Response {
        let (agent, conversation) = try await backend.session(context)
        guard conversation.isEnabled else { throw APIError(.forbidden, "The session is disabled") }
        var fields = try await request.fields(limit: backend.limits.bodySize)
        let type = fields.string("type") ?? "input_message"
        switch type {
        case "input_message":
            let input = VectaraInput(&fields)
            try fields.check()
            return try await say(input, to: agent, in: conversation, context: context)
        case "interrupt":
            return try await interrupt(conversation, isStreamed: streams(&fields))
        case "compact":
            return try await compact(conversation, &fields)
        case "tool_output":
            fields.add(.malformed, "type", "no tool of a client is waiting for its output")
        default:
            fields.add(.malformed, "type", "must be input_message, interrupt or compact")
        }
        try fields.check()
        throw APIError(.internal)
    }

    // MARK: A message

    private func say(
        _ input: VectaraInput, to agent: AgentIdentity, in conversation: Conversation, context: ServerContext
    ) async throws -> Response {
        guard agent.isEnabled else { throw APIError(.notFound(.agent)) }
        let since = try await start(of: input.since, in: conversation)
        let turn = NewTurn(
            conversation: conversation.id, agent: agent.id, input: input.text, mode: .attended,
            whenBusy: since == nil ? .refuse : .wait, keepsInputOfFailure: input.isStreamed)
        let reply = try await backend.attend(turn, for: context)
        return input.isStreamed
            ? stream(reply, in: conversation, since: since)
            : try await whole(reply, in: conversation, since: since)
    }

    /// The entry after which a client wants to be told everything; nil if it only wants its own turn.
    private func start(of since: String?, in conversation: Conversation) async throws -> Int64? {
        guard let since else { return nil }
        return since == "start" ? 0 : try await backend.entry(event: since, in: conversation).id
    }

    private func whole(
        _ reply: ReplyStream, in conversation: Conversation, since: Int64?
    ) async throws -> Response {
        var wasStopped = false
        do {
            while try await reply.next() != nil {}
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

    /// An answer that fails is told as an event, for the status has left by then.
    private func stream(_ reply: ReplyStream, in conversation: Conversation, since: Int64?) -> Response {
        let teller = VectaraEventWriter(store: backend.store, conversation: conversation, turn: reply.turn)
        let stopped = interruption(of: conversation)
        let body = ResponseBody { writer in
            for event in try await teller.past(since: since) { try await writer.write(event) }
            do {
                while let event = try await reply.next() {
                    for told in try await teller.tell(event) { try await writer.write(told) }
                }
            } catch is CancellationError {
                try await writer.write(stopped)
            } catch let failure as AgentFailure {
                try await writer.write(
                    Vectara.Event("error", fields: ["messages": [.string(failure.message)]]))
            }
            try await writer.write(Vectara.Event("end"))
            try await writer.finish(nil)
        }
        return Response(status: .created, headers: .eventStream, body: body)
    }

    // MARK: Other input

    /// The vendor's package asks for a stream of these, too.
    private func streams(_ fields: inout Fields) throws -> Bool {
        let isStreamed = fields.bool("stream_response") ?? false
        try fields.check()
        return isStreamed
    }

    private func interrupt(_ conversation: Conversation, isStreamed: Bool) async throws -> Response {
        let wasRunning = await backend.runner.interrupt(conversation: conversation.id)
        let events = wasRunning ? [interruption(of: conversation)] : []
        return try await told(events, of: conversation, isStreamed: isStreamed)
    }

    private func compact(_ conversation: Conversation, _ fields: inout Fields) async throws -> Response {
        let event = fields.string("compact_up_to_event_id")
        let wish = fields.string("compaction_message", within: 1...10_000)
        let isStreamed = try streams(&fields)
        guard try await !backend.store.isBusy(conversation.id) else { throw APIError(.busy) }
        let last =
            if let event {
                try await backend.entry(event: event, in: conversation).id
            } else {
                try await backend.store.entries(in: conversation.id).last?.id
            }
        guard let last else { return try await told([], of: conversation, isStreamed: isStreamed) }
        let summary = try await backend.summary(of: conversation, upTo: last, wish: wish)
        let entry = try await backend.store.add(
            NewEntry(
                conversation: conversation.id, agent: conversation.agentId, kind: .compaction,
                text: summary.text,
                data: [
                    "up_to": .integer(last), "turns": .integer(Int64(summary.turns)),
                    "events": .integer(Int64(summary.entries)),
                ]))
        let events = Vectara.Event.events(of: entry, in: conversation.key)
        return try await told(events, of: conversation, isStreamed: isStreamed)
    }

    private func told(
        _ events: [Vectara.Event], of conversation: Conversation, isStreamed: Bool
    ) async throws -> Response {
        guard isStreamed else {
            return try .json(
                Vectara.EventPage(events: events, sessionKey: conversation.key), status: .created)
        }
        let body = ResponseBody { writer in
            for event in events + [Vectara.Event("end")] { try await writer.write(event) }
            try await writer.finish(nil)
        }
        return Response(status: .created, headers: .eventStream, body: body)
    }

    /// Told, but not kept.
    private func interruption(of conversation: Conversation) -> Vectara.Event {
        let now = backend.store.now()
        return Vectara.Event(
            "session_interrupted", id: "aev_" + Identifier.hex(now: now), sessionKey: conversation.key,
            createdAt: Timestamp(now, .utc(digits: 3)))
    }
}

/// What a request says to an agent.
private struct VectaraInput {
    var text: String
    var isStreamed: Bool
    var since: String?

    init(_ fields: inout Fields) {
        isStreamed = fields.bool("stream_response") ?? false
        since = fields.string("since", within: 1...200)
        let behaviors = ["steer", "follow_up"]
        if let behavior = fields.string("behavior"), !behaviors.contains(behavior) {
            fields.add(.malformed, "behavior", "must be steer or follow_up")
        }
        let messages = fields.require("messages") { $0.array($1) } ?? []
        let texts = messages.compactMap { message in
            message["type"] == "text" || message["type"] == nil ? message["content"]?.string : nil
        }
        text = texts.joined(separator: "\n\n")
        if text.isEmpty || texts.count != messages.count, fields.faults.isEmpty {
            fields.add(.malformed, "messages", "must be texts: {\"type\": \"text\", \"content\": \"…\"}")
        }
    }
}

extension ResponseBodyWriter {
    mutating func write(_ event: Vectara.Event) async throws {
        try await write(ByteBuffer(string: try event.encoded().encoded))
    }
}
