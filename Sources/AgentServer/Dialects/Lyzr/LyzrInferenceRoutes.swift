import AgentAPI
import Agents
import Hummingbird
import NIOCore

/// The turns: `/v2/chat/`, `/v2/stream/` and `/v2/task/`.
struct LyzrInferenceRoutes {
    let backend: Backend

    private var requests: LyzrRequests { LyzrRequests(backend: backend) }

    private static let tag = "LYZR_AGENT: "
    /// In bytes. The documented client reads so many at a time and fails where that splits a character.
    private static let chunkSize = 128

    func add(to routes: RouterGroup<ServerContext>) {
        routes.post("v2/chat", use: chat)
        routes.post("v2/stream", use: stream)
        routes.post("v2/task", use: createTask)
        routes.get("v2/task/:task", use: task)
    }

    @Sendable private func chat(_ request: Request, context: ServerContext) async throws -> Response {
        let turn = try await turn(from: request, context: context, mode: .attended)
        let reply = try await backend.attend(turn, for: context)
        return try .json(Lyzr.ChatReply(response: try await reply.wholeText()))
    }

    /// The body is text: the vendor's tag once, then the answer, in chunks that the documented client can decode one by one.
    /// An answer that fails before its first word is an error; one that fails later ends with the reason, and without the last chunk.
    @Sendable private func stream(_ request: Request, context: ServerContext) async throws -> Response {
        let turn = try await turn(from: request, context: context, mode: .attended)
        let reply = try await backend.attend(turn, for: context)
        let first = try await reply.nextText()
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(string: Self.tag))
            do {
                var piece = first
                while let text = piece {
                    try await writer.write(text, inChunksOfAtMost: Self.chunkSize)
                    piece = try await reply.nextText()
                }
            } catch let failure as AgentFailure {
                try await writer.write(
                    Lyzr.TextFailure.paragraph(failure.message), inChunksOfAtMost: Self.chunkSize)
                throw failure
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: .stream("text/plain; charset=utf-8"), body: body)
    }

    @Sendable private func createTask(_ request: Request, context: ServerContext) async throws -> Response {
        let turn = try await backend.runner.enqueue(
            try await turn(from: request, context: context, mode: .background))
        return try .json(Lyzr.TaskCreated(taskID: turn.ticket))
    }

    @Sendable private func task(_ request: Request, context: ServerContext) async throws -> Response {
        let turn = try await requests.turn(context)
        return try .json(try await status(of: turn))
    }

    private func status(of turn: StoredTurn) async throws -> Lyzr.TaskStatus {
        switch turn.state {
        case .queued, .running:
            return Lyzr.TaskStatus(taskID: turn.ticket, status: "pending")
        case .completed:
            let answer = try await backend.store.answer(of: turn.id)?.text ?? ""
            return Lyzr.TaskStatus(taskID: turn.ticket, status: "completed", response: answer)
        case .failed, .interrupted:
            let answer = try await backend.store.answer(of: turn.id)?.text
            return Lyzr.TaskStatus(
                taskID: turn.ticket, status: "failed", response: answer, error: turn.failureMessage)
        }
    }

    private func turn(from request: Request, context: ServerContext, mode: StoredTurn.Mode) async throws
        -> NewTurn
    {
        let body = try await request.decode(Lyzr.InferenceRequest.self, limit: backend.limits.bodySize)
        return try await requests.turn(body, mode: mode, for: context.principal)
    }
}

extension ResponseBodyWriter {
    fileprivate mutating func write(_ text: String, inChunksOfAtMost size: Int) async throws {
        for chunk in text.chunks(ofAtMost: size) { try await write(ByteBuffer(string: String(chunk))) }
    }
}
