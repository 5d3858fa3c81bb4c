import AgentAPI
import Agents
import HTTPTypes
import Hummingbird
import Wire

/// The turns of v3 (Lyzr Studio): `/v3/inference/…`.
struct LyzrStudioRoutes {
    let backend: Backend

    private var requests: LyzrRequests { LyzrRequests(backend: backend) }

    func add(to routes: RouterGroup<ServerContext>) {
        let inference = routes.group("v3/inference")
        inference.post("chat", use: chat)
        inference.post("stream", use: stream)
        inference.post("chat/task", use: createChatTask)
        inference.get("chat/task/:task", use: chatTask)
        inference.post("task", use: createTask)
        inference.get("task/:task", use: task)
        inference.post("session/:session/start", use: start)
        inference.post("session/:session/stop", use: stop)
    }

    @Sendable private func chat(_ request: Request, context: ServerContext) async throws -> Response {
        let turn = try await turn(from: request, context: context, mode: .attended)
        let reply = try await backend.attend(turn, for: context)
        return try .json(Self.response(try await reply.wholeText()))
    }

    /// Server-sent events until `[DONE]`. An answer that fails ends with `[ERROR]`, even before its first word: the vendor's package sends
    /// the message again after any other status.
    @Sendable private func stream(_ request: Request, context: ServerContext) async throws -> Response {
        let turn = try await turn(from: request, context: context, mode: .attended)
        let reply = try await backend.attend(turn, for: context)
        let hasSteps = Lyzr.wantsSteps(request)
        let body = ResponseBody { writer in
            do {
                while let event = try await reply.next() {
                    if let frame = Lyzr.StudioFrame(event, hasSteps: hasSteps) {
                        try await writer.write(frame)
                    }
                }
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

    private func enqueue(_ request: Request, context: ServerContext) async throws -> StoredTurn {
        try await backend.runner.enqueue(
            try await turn(from: request, context: context, mode: .background))
    }

    /// The form in the vendor's documentation.
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
                "response": answer.map(Self.response) ?? .null,
                "error": .stringOrNull(turn.failureMessage),
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
        var body: [String: JSONValue] = [
            "task_id": .string(turn.ticket), "status": .string(status),
            "error": .stringOrNull(turn.failureMessage), "progress": nil, "metadata": nil,
        ]
        if let answer { body["result"] = try await result(answer) }
        return try .json(JSONValue.object(body))
    }

    private func result(_ answer: StoredEntry) async throws -> JSONValue {
        let session = try await backend.store.conversation(id: answer.conversationId)?.key
        return [
            "response": .string(answer.text), "session_id": .stringOrNull(session),
            "message_id": .string(answer.token), "metadata": Self.metadata(answer) ?? .null,
            "tool_calls": nil,
        ]
    }

    /// The turn that a path names, and its answer if it is finished: of a failed one as far as it came.
    private func turn(_ context: ServerContext) async throws -> (StoredTurn, StoredEntry?) {
        let turn = try await requests.turn(context)
        return (turn, turn.state.isFinished ? try await backend.store.answer(of: turn.id) : nil)
    }

    // MARK: Other

    /// A session here is ready at any time.
    @Sendable private func start(_ request: Request, context: ServerContext) async throws -> Response {
        let conversation = try await requests.conversation(context)
        return try .json(["session_id": .string(conversation.key), "status": "started"] as JSONValue)
    }

    @Sendable private func stop(_ request: Request, context: ServerContext) async throws -> Response {
        let conversation = try await requests.conversation(context)
        let wasRunning = try await backend.runner.interrupt(conversation: conversation.id)
        return try .json(
            [
                "session_id": .string(conversation.key),
                "status": wasRunning ? "stopped" : "not_running",
            ] as JSONValue)
    }

    private static func response(_ answer: StoredEntry) -> JSONValue {
        var response: [String: JSONValue] = ["response": .string(answer.text), "module_outputs": [:]]
        response["metadata"] = metadata(answer)
        return .object(response)
    }

    private static func metadata(_ answer: StoredEntry) -> JSONValue? {
        let metadata = answer.additions.metadata
        return metadata.isEmpty ? nil : .object(metadata)
    }

    private static func response(_ text: String) -> JSONValue {
        ["response": .string(text), "module_outputs": [:]]
    }

    private func turn(from request: Request, context: ServerContext, mode: StoredTurn.Mode) async throws
        -> NewTurn
    {
        let body = try await request.decode(Lyzr.StudioRequest.self, limit: backend.limits.bodySize)
        return try await requests.turn(body.inference, mode: mode, for: context.principal)
    }
}

extension Lyzr {
    fileprivate static func wantsSteps(_ request: Request) -> Bool {
        HTTPField.Name(stepsHeader).map { request.headers[$0] != nil } ?? false
    }
}

extension Lyzr.StudioFrame {
    /// - Returns: nil for an event that a stream does not have.
    fileprivate init?(_ event: TurnEvent, hasSteps: Bool) {
        switch event {
        case .text(let text) where !text.isEmpty: self = .text(text)
        case .cards(let text): self = .text(text)
        case .thinking(let text) where hasSteps: self = .step(.thinking(text))
        case .format(let format) where hasSteps: self = .step(.format(format.rawValue))
        case .usage(let usage) where hasSteps:
            self = .step(.usage(input: usage.input, output: usage.output))
        case .toolCalled(let call) where hasSteps:
            self = .step(
                .toolCall(
                    id: call.data["call"]?.string, name: call.data["name"]?.string ?? "tool",
                    arguments: call.data["input"] ?? .null))
        case .toolAnswered(let call) where hasSteps:
            let error = call.data["error"]
            self = .step(
                .toolResult(
                    id: call.data["call"]?.string ?? "", output: error ?? call.data["output"] ?? .null,
                    isError: error != nil))
        default: return nil
        }
    }
}

extension ResponseBodyWriter {
    fileprivate mutating func write(_ frame: Lyzr.StudioFrame) async throws {
        try await write(ByteBuffer(string: frame.event.encoded))
    }
}
