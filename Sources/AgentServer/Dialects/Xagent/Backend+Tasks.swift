import AgentAPI
import Foundation
import Hummingbird
import Wire

extension Backend {
    /// The conversation that a path names by its number.
    func task(_ context: ServerContext) async throws -> Conversation {
        guard let id = Int64(try context.name("task")) else {
            let message = "Input should be a valid integer"
            throw APIError(
                .invalid([Fault(path: ["path", "task_id"], kind: .type("integer"), message: message)]))
        }
        guard let conversation = try await store.conversation(id: id),
            context.principal?.agent == nil || context.principal?.agent == conversation.agentId
        else { throw APIError(.notFound(.conversation)) }
        return conversation
    }

    /// Where a task stands, by its latest turn.
    func state(of conversation: Conversation, after turn: Turn?) async throws -> Xagent.TaskState {
        let ended = turn.flatMap { $0.state.isOver ? $0.endedAt : nil }
        let output =
            if let turn, turn.state == .completed { try await store.answer(of: turn.id)?.text ?? "" } else {
                String?.none
            }
        return Xagent.TaskState(
            taskID: Int(conversation.id), agentID: Int(turn?.agentId ?? conversation.agentId ?? 0),
            status: Xagent.TaskState.word(for: turn?.state), input: turn?.input, output: output,
            error: turn?.failureWords, createdAt: Timestamp(conversation.createdAt, .utc(digits: 3)),
            completedAt: ended.map { Timestamp($0, .utc(digits: 3)) })
    }
}

extension Xagent.TaskState {
    static func word(for state: Turn.State?) -> String {
        switch state {
        case nil: "pending"
        case .queued, .running: "running"
        case .completed: "completed"
        // A task that waits for nobody would keep its pollers waiting, so one that was stopped has failed.
        case .failed, .interrupted: "failed"
        }
    }
}

extension Turn {
    /// Why there is no answer; nil as long as there may be one.
    var failureWords: String? {
        switch state {
        case .failed: failure ?? "The agent failed."
        case .interrupted: "The turn was stopped."
        case .queued, .running, .completed: nil
        }
    }
}

extension Xagent.Step {
    /// nil for what this dialect does not tell.
    init?(_ entry: Entry) {
        switch entry.kind {
        case .user:
            self.init(entry, "message", "user", ["role": "user", "content": .string(entry.text)])
        case .agent:
            self.init(entry, "message", "assistant", ["role": "assistant", "content": .string(entry.text)])
        case .thinking:
            self.init(entry, "thinking", "step", ["phase": "step", "content": .string(entry.text)])
        case .tool:
            self.init(entry, "tool_call", "tool", Self.call(entry.data))
        case .compaction:
            return nil
        }
    }

    private init(_ entry: Entry, _ type: String, _ detail: String, _ data: JSONValue) {
        self.init(
            id: "\(type):\(detail):\(entry.id)", type: type, status: Self.word(for: entry.state),
            startedAt: Timestamp(entry.createdAt, .utc(digits: 3)),
            completedAt: entry.endedAt.map { Timestamp($0, .utc(digits: 3)) }, data: data)
    }

    private static func call(_ data: JSONValue) -> JSONValue {
        var told: [String: JSONValue] = [
            "name": data["name"] ?? "tool", "args": data["input"] ?? .emptyObject,
        ]
        told["result"] = data["output"]
        told["error"] = data["error"]
        return .object(told)
    }

    private static func word(for state: Entry.State) -> String {
        switch state {
        case .running: "running"
        case .completed: "completed"
        case .failed, .partial: "failed"
        }
    }
}
