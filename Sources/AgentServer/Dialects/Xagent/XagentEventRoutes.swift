import AgentAPI
import AsyncAlgorithms
import Hummingbird

/// `GET /v1/chat/tasks/{task_id}/events`: the latest turn of a task as it happens. Looking on neither holds the agent back nor stops it.
struct XagentEventRoutes {
    let backend: Backend

    func add(to routes: RouterGroup<ServerContext>) {
        routes.get("v1/chat/tasks/:task/events", use: events)
    }

    /// Of one turn at once.
    private static let maxOnlookers = 2

    @Sendable private func events(_ request: Request, context: ServerContext) async throws -> Response {
        let conversation = try await backend.task(context)
        guard let turn = try await backend.store.latestTurn(in: conversation.id), !turn.state.isOver else {
            return Self.response { teller in try await end(&teller, conversation) }
        }
        let place = try backend.turnstile.enter(context.principal, .view)
        try await backend.runner.lookAfter(turn)
        let view = try await backend.runner.view(of: turn, limit: Self.maxOnlookers)
        return Self.response { teller in
            try await teller.tell(.status("running"))
            // It may have ended before the view was there.
            let isOver = try await backend.store.turn(id: turn.id)?.state.isOver ?? true
            if isOver || view == nil {
                try await end(&teller, conversation)
            } else if let view {
                try await follow(turn, view, &teller, conversation)
            }
            withExtendedLifetime(place) {}
        }
    }

    private enum Item: Sendable {
        case event(TurnEvent)
        /// Nothing more will come of the view.
        case left
        case tick
    }

    /// How long a stream may be silent, and how many such silences it lasts.
    private static let silence = Duration.seconds(15)
    private static let maxSilences = 240

    private func follow(
        _ turn: Turn, _ view: TurnWatch.View, _ teller: inout XagentEventWriter, _ conversation: Conversation
    ) async throws {
        if !view.textSoFar.isEmpty { try await teller.say(view.textSoFar) }
        let told = chain(view.events.map { Item.event($0) }, [Item.left].async)
        let ticks = AsyncTimerSequence(interval: Self.silence, clock: .continuous).map { _ in Item.tick }
        var silences = 0
        for await item in merge(told, ticks) {
            switch item {
            case .event(.ended):
                return try await end(&teller, conversation)
            case .event(let event):
                try await teller.tell(event)
            case .left:
                return try await teller.tell(
                    .streamError(code: "resync_required", message: "The stream was too slow; read the steps.")
                )
            case .tick:
                silences += 1
                guard silences <= Self.maxSilences else {
                    return try await teller.tell(
                        .streamError(
                            code: "stream_expired", message: "The stream is an hour old; attach again."))
                }
                // Another server may have run it: its end is not heard of here.
                if try await backend.store.turn(id: turn.id)?.state.isOver ?? true {
                    return try await end(&teller, conversation)
                }
                try await teller.ping()
            }
        }
    }

    /// Tells what the task has come to.
    private func end(_ teller: inout XagentEventWriter, _ conversation: Conversation) async throws {
        let turn = try await backend.store.latestTurn(in: conversation.id)
        let state = try await backend.state(of: conversation, after: turn)
        try await teller.complete(state)
    }

    private static func response(
        _ tell: @escaping @Sendable (inout XagentEventWriter) async throws -> Void
    ) -> Response {
        let body = ResponseBody { writer in
            var teller = XagentEventWriter(writer: writer)
            try await tell(&teller)
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: .eventStream, body: body)
    }
}
