import AgentAPI
import Agents
import Wire

// Rows of the store in the types of this dialect.

extension Xagent.TaskState {
    /// - Parameters:
    ///   - turn: The latest turn of the conversation.
    ///   - answer: Its answer, if the turn is completed.
    init(_ conversation: StoredConversation, turn: StoredTurn?, answer: StoredEntry?) {
        let question = answer?.additions.question
        let isEnded = turn?.state.isFinished == true && question == nil
        let isComplete = turn?.state == .completed && question == nil
        self.init(
            taskID: Int(conversation.id), agentID: Int(turn?.agentId ?? conversation.agentId ?? 0),
            status: question == nil ? Self.status(of: turn?.state) : "waiting_for_user", input: turn?.input,
            output: isComplete ? answer?.text ?? "" : nil, error: turn?.failureMessage,
            createdAt: Timestamp(conversation.createdAt, .utc(digits: 3)),
            completedAt: isEnded ? turn?.endedAt.map { Timestamp($0, .utc(digits: 3)) } : nil,
            question: question.map(Xagent.Question.init))
    }

    private static func status(of state: StoredTurn.State?) -> String {
        switch state {
        case nil: "pending"
        case .queued, .running: "running"
        case .completed: "completed"
        // The dialect has no status for a stopped task that would end polling.
        case .failed, .interrupted: "failed"
        }
    }
}

extension Xagent.Question {
    init(_ question: AgentQuestion) {
        let options = question.options.map { ["label": .string($0), "value": .string($0)] as JSONValue }
        let field: JSONValue = [
            "type": "select_one", "field": "answer", "label": "Answer", "options": .array(options),
        ]
        self.init(question: question.prompt, interactions: options.isEmpty ? [] : [field])
    }
}

extension StoredAgent {
    var xagentAgent: JSONValue {
        [
            "id": .integer(id), "name": .string(name), "description": JSONValue.stringOrNull(description),
            "logo_url": nil, "status": isEnabled ? "active" : "paused",
            "created_at": .string(Timestamp(createdAt, .utc(digits: 3)).text),
            "updated_at": .string(Timestamp(updatedAt, .utc(digits: 3)).text), "widget_enabled": false,
            "allowed_domains": [],
        ]
    }
}

extension Xagent.Step {
    /// nil for entries that are no steps in this dialect.
    init?(_ entry: StoredEntry) {
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

    private init(_ entry: StoredEntry, _ type: String, _ detail: String, _ data: JSONValue) {
        self.init(
            id: "\(type):\(detail):\(entry.id)", type: type, status: Self.status(of: entry.state),
            startedAt: Timestamp(entry.createdAt, .utc(digits: 3)),
            completedAt: entry.endedAt.map { Timestamp($0, .utc(digits: 3)) }, data: data)
    }

    private static func call(_ data: JSONValue) -> JSONValue {
        var call: [String: JSONValue] = [
            "name": data["name"] ?? "tool", "args": data["input"] ?? .emptyObject,
        ]
        call["result"] = data["output"]
        call["error"] = data["error"]
        return .object(call)
    }

    private static func status(of state: StoredEntry.State) -> String {
        switch state {
        case .running: "running"
        case .completed: "completed"
        case .failed, .partial: "failed"
        }
    }
}
