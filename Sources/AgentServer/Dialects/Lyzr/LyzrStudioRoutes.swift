import AgentAPI
import Agents
import Hummingbird
import Wire

/// The turns of v3: `/v3/inference/…`.
struct LyzrStudioRoutes {
    let backend: Backend

    func add(to routes: RouterGroup<ServerContext>) {
        let inference = routes.group("v3/inference")
        inference.post("chat", use: chat)
        inference.post("stream", use: stream)
        inference.post("chat/task", use: createChatTask)
        inference.get("chat/task/:task", use: chatTask)
        inference.post("task", use: createTask)
        inference.get("task/:task", use: task)
        inference.post("session/:session/stop", use: stop)
    }

    @Sendable private func chat(_ request: Request, context: ServerContext) async throws -> Response {
        let turn = try await turn(from: request, context: context, mode: .attended)
        let reply = try await backend.attend(turn, for: context)
        return try .json(Self.told(try await reply.wholeText()))
    }

    /// Server-sent events until `[DONE]`. An answer that fails is told as `[ERROR]`, also before its first word: the vendor's package
    /// takes any other status for a reason to send the message again.
    @Sendable private func stream(_ request: Request, context: ServerContext) async throws -> Response {
        let turn = try await turn(from: request, context: context, mode: .attended)
        let reply = try await backend.attend(turn, for: context)
        let body = ResponseBody { writer in
            do {
                while let text = try await reply.nextText() { try await writer.write(.text(text)) }
                try await writer.write(Lyzr.StudioFrame.done)
            } catch let failure as AgentFailure {
                try await writer.write(.failed(failure.message))
            } catch is CancellationError {
                try await writer.write(.failed("The turn was stopped."))
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: .eventStream, body: body)
    }

    // MARK: Tasks

    @Sendable private func createChatTask(_ request: Request, context: ServerContext) async throws -> Response
    {
        let turn = try await enqueue(request, context: context)
        return try .json(Lyzr.TaskCreated(taskID: turn.ticket))
    }

    @Sendable private func createTask(_ request: Request, context: ServerContext) async throws -> Response {
        let turn = try await enqueue(request, context: context)
        return try .json(
            [
                "task_id": .string(turn.ticket), "status": "pending",
                "created_at": .string(Timestamp(turn.createdAt, .naive()).text),
            ] as JSONValue)
    }

    private func enqueue(_ request: Request, context: ServerContext) async throws -> Turn {
        try await backend.runner.enqueue(
            try await turn(from: request, context: context, mode: .background))
    }

    /// The form that the vendor's pages use.
    @Sendable private func chatTask(_ request: Request, context: ServerContext) async throws -> Response {
        let (turn, answer) = try await turn(context)
        let status =
            switch turn.state {
            case .queued: "queued"
            case .running: "in_progress"
            case .completed: "completed"
            case .failed, .interrupted: "failed"
            }
        return try .json(
            [
                "task_id": .string(turn.ticket), "status": .string(status),
                "response": answer.map { Self.told($0.text) } ?? .null,
                "error": .stringOrNull(turn.failureWords),
            ] as JSONValue)
    }

    /// The form that the vendor's package reads.
    @Sendable private func task(_ request: Request, context: ServerContext) async throws -> Response {
        let (turn, answer) = try await turn(context)
        let status =
            switch turn.state {
            case .queued: "pending"
            case .running: "running"
            case .completed: "completed"
            case .failed, .interrupted: "failed"
            }
        var told: [String: JSONValue] = [
            "task_id": .string(turn.ticket), "status": .string(status),
            "error": .stringOrNull(turn.failureWords), "progress": nil, "metadata": nil,
        ]
        if let answer { told["result"] = try await result(answer) }
        return try .json(JSONValue.object(told))
    }

    private func result(_ answer: Entry) async throws -> JSONValue {
        let session = try await backend.store.conversation(id: answer.conversationId)?.key
        return [
            "response": .string(answer.text), "session_id": .stringOrNull(session),
            "message_id": .string(answer.token), "metadata": nil, "tool_calls": nil,
        ]
    }

    /// The turn that a path names, and its answer if it is completed.
    private func turn(_ context: ServerContext) async throws -> (Turn, Entry?) {
        let turn = try await backend.turn(ticket: context.name("task"), for: context.principal)
        if !turn.state.isOver { try await backend.runner.lookAfter(turn) }
        return (turn, turn.state == .completed ? try await backend.store.answer(of: turn.id) : nil)
    }

    // MARK: The rest

    @Sendable private func stop(_ request: Request, context: ServerContext) async throws -> Response {
        let conversation = try await backend.conversation(
            key: context.name("session"), for: context.principal)
        let wasRunning = await backend.runner.interrupt(conversation: conversation.id)
        return try .json(
            [
                "session_id": .string(conversation.key),
                "status": wasRunning ? "stopped" : "not_running",
            ] as JSONValue)
    }

    private static func told(_ text: String) -> JSONValue {
        ["response": .string(text), "module_outputs": [:]]
    }

    private func turn(from request: Request, context: ServerContext, mode: Turn.Mode) async throws -> NewTurn
    {
        let body = try await request.decode(Lyzr.StudioRequest.self, limit: backend.limits.bodySize)
        return try await backend.turn(body.asked, mode: mode, for: context.principal)
    }
}

extension Lyzr.StudioRequest: RequestBodyShape {
    /// The same in the form of v2.
    fileprivate var asked: Lyzr.InferenceRequest {
        Lyzr.InferenceRequest(
            userID: userID ?? "default_user", agentID: agentID, sessionID: sessionID, message: question ?? "")
    }

    var faults: [Fault] {
        guard question != nil || message != nil else {
            return [Fault(path: ["body", "message"], kind: .missing, message: "field required")]
        }
        return asked.faults
    }
}

extension ResponseBodyWriter {
    fileprivate mutating func write(_ frame: Lyzr.StudioFrame) async throws {
        try await write(ByteBuffer(string: frame.event.encoded))
    }
}
