import AgentAPI
import AsyncAlgorithms
import Hummingbird

/// `GET /v1/chat/tasks/{task_id}/events`: streams the latest turn of a task as it happens. A subscriber neither holds the agent back nor
/// stops it.
struct XagentEventRoutes {
    let backend: Backend

    private var requests: XagentRequests { XagentRequests(backend: backend) }

    /// Of one turn.
    private static let maxSubscribers = 2

    func add(to routes: RouterGroup<ServerContext>) {
        routes.get("v1/chat/tasks/:task/events", use: events)
    }

    @Sendable private func events(_ request: Request, context: ServerContext) async throws -> Response {
        let conversation = try await requests.conversation(context)
        guard let turn = try await backend.store.latestTurn(in: conversation.id), !turn.state.isFinished
        else {
            return Self.eventStream { writer in try await complete(&writer, conversation) }
        }
        let permit = try backend.admission.acquire(.subscription, for: context.principal)
        try await backend.runner.resumeIfOrphaned(turn)
        let subscription = try await backend.runner.subscribe(to: turn, limit: Self.maxSubscribers)
        return Self.eventStream { writer in
            try await writer.write(.status("running"))
            // It may have finished before the subscription began.
            let isFinished = try await backend.store.turn(id: turn.id)?.state.isFinished ?? true
            if let subscription, !isFinished {
                try await follow(turn, subscription, &writer, conversation)
            } else {
                try await complete(&writer, conversation)
            }
            withExtendedLifetime(permit) {}
        }
    }

    private enum Item: Sendable {
        case event(TurnEvent)
        /// The subscription has ended.
        case unsubscribed
        case tick
    }

    /// How long a stream may be silent before a ping, and how many pings it lasts.
    private static let pingInterval = Duration.seconds(15)
    private static let maxPings = 240

    private func follow(
        _ turn: StoredTurn, _ subscription: TurnBroadcast.Subscription, _ writer: inout XagentEventWriter,
        _ conversation: StoredConversation
    ) async throws {
        if !subscription.textSoFar.isEmpty { try await writer.write(delta: subscription.textSoFar) }
        let events = chain(subscription.events.map { Item.event($0) }, [Item.unsubscribed].async)
        let ticks = AsyncTimerSequence(interval: Self.pingInterval, clock: .continuous).map { _ in Item.tick }
        var (pings, hasEnded) = (0, false)
        for await item in merge(events, ticks) {
            switch item {
            case .event(.ended):
                return try await complete(&writer, conversation)
            case .event(let event):
                try await writer.write(event)
            case .unsubscribed:
                return try await writer.write(
                    .streamError(code: "resync_required", message: "The stream was too slow; read the steps.")
                )
            case .tick:
                pings += 1
                guard pings <= Self.maxPings else {
                    return try await writer.write(
                        .streamError(
                            code: "stream_expired", message: "The stream is an hour old; attach again."))
                }
                // Another server may have run it, whose events do not arrive here. Those that do have come by the next time.
                if hasEnded { return try await complete(&writer, conversation) }
                hasEnded = try await backend.store.turn(id: turn.id)?.state.isFinished ?? true
                try await writer.ping()
            }
        }
    }

    private func complete(
        _ writer: inout XagentEventWriter, _ conversation: StoredConversation
    ) async throws {
        let turn = try await backend.store.latestTurn(in: conversation.id)
        try await writer.complete(try await requests.state(of: conversation, after: turn))
    }

    private static func eventStream(
        _ write: @escaping @Sendable (inout XagentEventWriter) async throws -> Void
    ) -> Response {
        let body = ResponseBody { writer in
            var events = XagentEventWriter(writer: writer)
            try await write(&events)
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: .eventStream, body: body)
    }
}
